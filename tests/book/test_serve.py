import socket
import struct
import threading
import time
import urllib.error
import urllib.request

import pytest

from analysis.__main__ import main
from analysis.book import serve
from analysis.errors import ReportError


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("hello")
    return folder


def test_the_site_is_served_on_loopback_alone(site):
    with serve.server(site, 0) as running:
        assert running.server_address[0] == "127.0.0.1"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        assert urllib.request.urlopen(address, timeout=10).read() == b"hello"
        (site.parent / "own.txt").write_text("private")
        (site / "out").symlink_to(site.parent)
        (site / "results").mkdir()
        for name in ("gone.html", "results/", "out/", "out/own.txt", "%00", "a%00.html"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address + name, timeout=10)
        running.shutdown()


RESET = struct.pack("ii", 1, 0)  # SO_LINGER: the connection is cut rather than closed


def test_a_reader_who_leaves_is_no_fault_and_other_faults_are_told(site, capsys):
    (site / "large.bin").write_bytes(bytes(50_000_000))
    with serve.server(site, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        before = threading.active_count()
        with socket.create_connection(running.server_address) as reader:
            reader.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
            assert reader.recv(100).startswith(b"HTTP/1.0 200")
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        until = time.monotonic() + 30
        while threading.active_count() > before and time.monotonic() < until:
            time.sleep(0.01)
        assert capsys.readouterr().err == ""
        try:
            raise ValueError("a fault of our own")
        except ValueError:
            running.handle_error(None, running.server_address)
        assert "a fault of our own" in capsys.readouterr().err
        running.shutdown()


def test_a_port_in_use_is_one_sentence_and_code_2(site, monkeypatch, capsys):
    monkeypatch.setattr(serve, "BOOK", site)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port)]) == 2
    assert capsys.readouterr().err == (
        f"error: Port {port} is in use already: give another one, "
        "for example make serve PORT=8123.\n"
    )


@pytest.mark.parametrize("port", [70000, -1])
def test_a_port_that_is_none_is_refused(site, port):
    with pytest.raises(ReportError, match=f"Port {port} can't be used"):
        serve.server(site, port)


def test_there_must_be_something_to_serve(tmp_path):
    with pytest.raises(ReportError, match="build it first"):
        serve.server(tmp_path, 0)
