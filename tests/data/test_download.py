"""Downloads from a loopback server that is slow, breaks off, or sends something else."""

import dataclasses
import errno
import hashlib
import os
import socket
import stat

import pytest

from analysis import paths
from analysis.data import download as module
from analysis.data.download import Patience, Unreachable, download
from analysis.data.fetching import fetch, fetch_for_build
from analysis.data.registry import ATLAS, COUNTIES, FILES, HOUSEHOLDS, TRACTS, WORKBOOK, ZONE_LIST
from analysis.errors import ReportError
from tests.data.server import dropped, late, serving, silent, trickling, whole

BODY = b"cz\n" + b"".join(b"%d\n" % zone for zone in range(100, 5000))
OTHER = b"cz\n100\n302\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
PAGE = b"<!DOCTYPE html><title>404</title>"
HASTE = Patience(connect=5.0, read=10.0, total=60.0, attempts=3, pause=0.01)
SHORT = dataclasses.replace(HASTE, read=1.0)
ONCE = dataclasses.replace(SHORT, attempts=1)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "raw"


def file_at(*addresses):
    return dataclasses.replace(ZONE_LIST, addresses=addresses, sha256=SHA256)


def get(server, folder, patience=HASTE):
    return download(file_at(server.address), folder, patience)


def left_in(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_whole_file_is_put_in_place(folder, capsys):
    with serving(whole(BODY)) as server:
        path = get(server, folder)
    assert path == folder / ZONE_LIST.name
    assert path.read_bytes() == BODY
    assert left_in(folder) == [ZONE_LIST.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert ZONE_LIST.name in capsys.readouterr().err  # the progress bar


@pytest.mark.parametrize(
    "bad",
    [dropped(BODY), silent(BODY, 3), late(3), whole(b"busy", 503), whole(b"slow down", 429)],
    ids=["dropped half-way", "silent half-way", "late", "busy", "too many requests"],
)
def test_a_failure_that_passes_is_overcome_by_asking_again(folder, bad):
    with serving(bad, whole(BODY)) as server:
        assert get(server, folder, SHORT).read_bytes() == BODY
        assert server.asked == 2


FAILURES = {
    "dropped half-way": (dropped(BODY), HASTE, 3, "broke off"),
    "silent half-way": (silent(BODY, 3), ONCE, 1, "silent"),
    "late": (late(3), ONCE, 1, "too slow"),
    "busy": (whole(b"busy", 503), HASTE, 3, "answered 503"),
    "not found, with a page": (whole(PAGE, 404, "text/html"), HASTE, 1, "answered 404"),
    "a page in the place of the file": (
        whole(PAGE, 200, "text/html; charset=utf-8"),
        HASTE,
        1,
        "a web page instead of the file",
    ),
    "a page called a file": (whole(PAGE), HASTE, 1, "a web page and not a CSV file"),
    "wrong bytes": (whole(bytes(range(256)) * 9), HASTE, 1, "not the file"),
    "nothing": (whole(b""), HASTE, 1, "empty"),
}


@pytest.mark.parametrize(("answer", "patience", "asked", "words"), FAILURES.values(), ids=FAILURES)
def test_a_failure_that_stays_leaves_nothing_behind(folder, answer, patience, asked, words):
    with serving(answer) as server:
        with pytest.raises(ReportError, match=words) as caught:
            get(server, folder, patience)
        assert server.asked == asked
    assert not isinstance(caught.value, Unreachable)
    assert left_in(folder) == []
    message = str(caught.value)
    assert ZONE_LIST.name in message
    assert server.address in message
    assert "\n" not in message
    assert ".part" not in message


def test_a_trickle_of_bytes_meets_its_deadline(folder):
    patience = dataclasses.replace(HASTE, total=0.3, attempts=1)
    with (
        serving(trickling(BODY[:400], 0.05)) as server,
        pytest.raises(ReportError, match=r"0\.3 s"),
    ):
        get(server, folder, patience)
    assert left_in(folder) == []


def test_an_older_file_stays_when_the_new_one_fails(folder):
    folder.mkdir()
    (folder / ZONE_LIST.name).write_bytes(OTHER)
    with serving(dropped(BODY)) as server, pytest.raises(ReportError):
        get(server, folder)
    assert (folder / ZONE_LIST.name).read_bytes() == OTHER
    assert left_in(folder) == [ZONE_LIST.name]


def test_another_version_is_taken_on_an_explicit_yes_alone(folder, monkeypatch):
    with serving(whole(OTHER)) as server:
        with pytest.raises(ReportError, match=f"REPORT_ACCEPT={ZONE_LIST.name} takes it"):
            get(server, folder)
        monkeypatch.setenv("REPORT_ACCEPT", ZONE_LIST.name)
        assert get(server, folder).read_bytes() == OTHER


def test_more_bytes_than_the_file_can_have_are_refused(folder):
    with serving(whole(BODY)) as server:
        file = dataclasses.replace(file_at(server.address), most=len(BODY) - 1)
        with pytest.raises(ReportError, match="sent more than the"):
            download(file, folder, HASTE)
    assert left_in(folder) == []


def test_the_next_address_is_asked(folder):
    with serving(whole(PAGE, 404, "text/html")) as moved, serving(whole(BODY)) as server:
        path = download(file_at(moved.address, server.address), folder, HASTE)
    assert path.read_bytes() == BODY


def test_the_way_to_a_file_is_encrypted_to_its_end(folder, monkeypatch):
    get_ = module.requests.get
    with serving(whole(BODY)) as server:
        monkeypatch.setattr(module.requests, "get", lambda _, **how: get_(server.address, **how))
        with pytest.raises(ReportError, match="sends on to an address without https"):
            download(file_at("https://example.org/file"), folder, HASTE)
    assert left_in(folder) == []


def test_all_known_addresses_are_encrypted():
    addresses = [address for file in FILES for address in file.addresses]
    assert addresses and all(address.startswith("https://") for address in addresses)


def closed_address():
    """An address on which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/file"


def test_no_server_at_all_is_told_apart(folder):
    with pytest.raises(Unreachable, match="no connection"):
        download(file_at(closed_address()), folder, HASTE)
    assert left_in(folder) == []


def test_a_server_that_answers_once_is_a_network(folder):
    with serving(whole(PAGE, 404)) as server, pytest.raises(ReportError) as caught:
        download(file_at(closed_address(), server.address), folder, HASTE)
    assert not isinstance(caught.value, Unreachable)


def test_a_file_without_address_is_left_to_the_reader(folder):
    with pytest.raises(ReportError, match=r"no direct address: sign in at .*microdata"):
        download(HOUSEHOLDS, folder, HASTE)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    """A file in the folder's place stops everyone, root as well."""
    (tmp_path / "raw").write_text("in the way")
    with (
        serving(whole(BODY)) as server,
        pytest.raises(ReportError, match=r"raw cannot be written to"),
    ):
        get(server, tmp_path / "raw")


def refuse(number):
    """A function of the system that fails with an error number."""

    def call(*arguments, **named):
        raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("step", ["open", "replace", "write"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC])
def test_no_permission_or_no_room_leaves_nothing_behind(folder, monkeypatch, step, number):
    """Wherever the system refuses: at the new file, its bytes, or its name."""
    owner = {"open": module.Path, "replace": os, "write": module}[step]
    name = {"write": "_with_progress"}.get(step, step)
    monkeypatch.setattr(owner, name, refuse(number))
    with serving(whole(BODY)) as server, pytest.raises(ReportError) as caught:
        get(server, folder)
    assert os.strerror(number) in str(caught.value)
    assert str(folder) in str(caught.value)
    monkeypatch.undo()
    assert left_in(folder) == []


def test_fetch_gets_what_is_missing_and_says_the_rest(raw):
    (raw / COUNTIES.name).write_text("here")
    with serving(whole(BODY)) as server:
        result = fetch([COUNTIES, file_at(server.address), HOUSEHOLDS], HASTE)
    assert result.present == (COUNTIES.name,)
    assert result.fetched == (ZONE_LIST.name,)
    assert list(result.by_hand) == [HOUSEHOLDS.name]
    assert result.failed == {}
    assert left_in(raw) == sorted([COUNTIES.name, ZONE_LIST.name])


def test_fetch_stops_asking_where_there_is_no_network(raw):
    with serving(whole(BODY)) as server:
        nowhere = dataclasses.replace(TRACTS, addresses=(closed_address(),))
        result = fetch([nowhere, file_at(server.address)], HASTE)
        assert server.asked == 0
    assert "is there a network?" in result.failed[TRACTS.name]
    assert "no network" in result.failed[ZONE_LIST.name]


def test_fetch_goes_on_after_a_server_that_refuses(raw):
    with serving(whole(PAGE, 404)) as gone, serving(whole(BODY)) as server:
        moved = dataclasses.replace(TRACTS, addresses=(gone.address,))
        result = fetch([moved, file_at(server.address)], HASTE)
    assert list(result.failed) == [TRACTS.name]
    assert result.fetched == (ZONE_LIST.name,)


@pytest.fixture
def unreachable(monkeypatch):
    """A network without any server, and what was looked for in it."""
    asked = []

    def refuse_file(file, folder, patience):
        asked.append(file.name)
        raise Unreachable(f"{file.name}: nobody there.")

    monkeypatch.setattr("analysis.data.fetching.download", refuse_file)
    return asked


def test_a_build_without_network_gets_one_line(raw, unreachable):
    line = fetch_for_build()
    assert unreachable == [WORKBOOK.name]
    assert WORKBOOK.name in line
    assert "\n" not in line


def test_a_build_that_lacks_nothing_asks_nobody(raw, unreachable, monkeypatch):
    for file in (WORKBOOK, COUNTIES, ATLAS):
        (paths.RAW / file.name).write_text("here")
    assert fetch_for_build() == ""
    assert unreachable == []
