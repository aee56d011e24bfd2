import socket
import threading
import urllib.error
import urllib.request

import pytest

from analysis.__main__ import main
from analysis.errors import ReportError
from analysis.publish.build import serve


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
