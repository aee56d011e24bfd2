"""The command line: tables, help, one sentence for a fault, and exit codes."""

import subprocess
import sys

import pytest

from analysis import paths
from analysis.__main__ import main
from analysis.data.cli import as_table
from analysis.data.download import Unreachable
from analysis.data.registry import FILES, HOUSEHOLDS, WORKBOOK, ZONE_LIST


def run(capsys, *arguments):
    code = main(arguments)
    return code, *capsys.readouterr()


def test_every_file_is_listed(raw, capsys):
    (raw / ZONE_LIST.name).write_text("cz\n100\n302\n")
    code, out, err = run(capsys, "data")
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert code == 0
    assert err == ""
    assert all(file.name in lines for file in FILES)
    assert "missing" in lines[WORKBOOK.name]
    assert "another version" in out
    assert str(raw) in lines[ZONE_LIST.name] + out
    assert "data fetch" in out


@pytest.mark.needs_data
def test_known_files_are_verified(capsys):
    code, out, _ = run(capsys, "data")
    line = next(line for line in out.splitlines() if line.startswith(WORKBOOK.name))
    assert code == 0
    assert "verified  2,887,168" in line


def test_a_broken_file_is_listed_and_ends_in_exit_code_2(raw, capsys):
    (raw / WORKBOOK.name).write_text("<html>")
    code, out, _ = run(capsys, "data")
    assert code == 2
    assert "broken" in out
    assert "is a web page" in out
    assert all(file.name in out for file in FILES)


def test_a_fault_is_one_sentence_and_exit_code_2(raw, capsys, monkeypatch):
    monkeypatch.setenv("REPORT_DATA", "/no/such/folder")
    code, out, err = run(capsys, "data")
    assert (code, out) == (2, "")
    assert err.startswith("error: $REPORT_DATA names the folder /no/such/folder")
    assert err.count("\n") == 1


def test_fetch_without_network(raw, capsys, monkeypatch):
    def refuse(file, folder, patience):
        raise Unreachable(f"{file.name} could not be downloaded: is there a network?")

    monkeypatch.setattr("analysis.data.fetching.download", refuse)
    code, out, err = run(capsys, "data", "fetch")
    assert code == 2
    assert f"{HOUSEHOLDS.name}: has no direct address" in out
    assert "is there a network?" in err
    assert list(raw.iterdir()) == []


def test_fetch_of_named_files_that_are_here(raw, capsys):
    (raw / WORKBOOK.name).write_text("here")
    code, out, _ = run(capsys, "data", "fetch", WORKBOOK.name)
    assert code == 0
    assert out == f"{WORKBOOK.name}: here already\n"


def test_fetch_of_an_unknown_file_is_refused(raw, capsys):
    code, _, err = run(capsys, "data", "fetch", "tracts.csv")
    assert code == 2
    assert "no raw file 'tracts.csv'" in err


def test_fetch_into_a_place_that_cannot_be_a_folder(raw, capsys, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(paths, "RAW", tmp_path / "file")
    code, _, err = run(capsys, "data", "fetch", WORKBOOK.name)
    assert code == 2
    assert "cannot be written to" in err
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize("arguments", [["--help"], ["data", "--help"], ["data", "fetch", "--help"]])
def test_help_is_given(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert "usage: python -m analysis" in capsys.readouterr().out


def test_an_unknown_command_ends_in_exit_code_2(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["dta"])
    assert caught.value.code == 2
    assert "data" in capsys.readouterr().err


def test_help_starts_without_the_heavy_imports():
    code = (
        "import sys\n"
        "from analysis.__main__ import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(m in sys.modules for m in ('pandas', 'numpy', 'requests')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_defect_keeps_its_traceback(raw, monkeypatch):
    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr("analysis.data.cli.file_states", fail)
    with pytest.raises(ZeroDivisionError):
        main(["data"])


def test_columns_are_aligned():
    assert as_table([("a", "bcd"), ("efg", "h")]) == "a    bcd\n---  ---\nefg  h"
