"""Raw files that were cut, altered or replaced: refused, or accepted by name and then named."""

import pytest

from analysis.data.locate import file_state, locate, search_folders
from analysis.data.registry import COUNTIES, HOUSEHOLDS, PERSONS, WORKBOOK, ZONE_LIST
from analysis.errors import ReportError
from analysis.scorecard.survey import data_files
from tests.faults.damage import HELD, SILENT, TRACEBACK, count, cuts, flips, replacements

KNOWN = {file.name: file for file in (WORKBOOK, ZONE_LIST, COUNTIES, HOUSEHOLDS, PERSONS)}
QUICK = (ZONE_LIST, COUNTIES)


def use(file, path):
    """Do what the report does with the file; the words of a refusal, or None."""
    try:
        if file in (HOUSEHOLDS, PERSONS):
            data_files.read_table(data_files.locate(file.name, path.parent))
        else:
            from analysis.data.locate import require_usable

            require_usable(path)
            file.reader(path)
    except ReportError as error:
        return str(error)
    return None


def judge(file, path, content, accepted):
    """Refused in one sentence; if accepted, a cut is refused and the rest is named."""
    path.write_bytes(content)
    try:
        said = use(file, path)
        if said is not None:
            return HELD if "\n" not in said and str(path) in said else TRACEBACK
        state = file_state(file)
    except Exception:
        return TRACEBACK
    return HELD if accepted and state.state == "accepted" and file.name in state.note else SILENT


def damaged(file, content, share):
    cases = cuts(content, max(5, int(20 * share))) | replacements()
    return cases | flips(content, int(50 * share))


def outcomes(file, raw, monkeypatch, share):
    folders = search_folders()
    source = next(folder / file.name for folder in folders if (folder / file.name).is_file())
    content = source.read_bytes()
    monkeypatch.setenv("REPORT_DATA", "")
    path = raw / file.name
    made = {}
    for accept in (False, True):
        monkeypatch.setenv("REPORT_ACCEPT", file.name if accept else "")
        for name, bad in damaged(file, content, share).items():
            made[f"{name}, {accept}"] = judge(file, path, bad, accept)
        if accept:
            for name, bad in cuts(content[:-1], 5).items():
                path.write_bytes(bad)
                cut_whole_lines = file is ZONE_LIST and bad.endswith(b"\n")
                refused = use(file, path) is not None or cut_whole_lines
                made[f"{name}, refused"] = HELD if refused else SILENT
    return made


@pytest.fixture
def real(monkeypatch, tmp_path):
    """An empty folder in the place of ``data/raw``; the real files stay where they are."""
    from analysis import paths

    if locate(WORKBOOK) is None:
        pytest.skip("the real data are not on this machine")
    folder = tmp_path / "raw"
    folder.mkdir()
    monkeypatch.setattr(paths, "RAW", folder)
    return folder


@pytest.mark.parametrize("name", [file.name for file in QUICK])
def test_a_damaged_table_of_text_is_refused(real, monkeypatch, name):
    count("raw files", outcomes(KNOWN[name], real, monkeypatch, 0.2))


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_every_damaged_raw_file_is_refused(real, monkeypatch, name):
    # the workbook takes seconds to be read
    share = 0.3 if name == WORKBOOK.name else 1
    count("raw files", outcomes(KNOWN[name], real, monkeypatch, share))


def test_a_list_that_somebody_made_is_used_on_a_yes_alone(raw, monkeypatch):
    path = raw / ZONE_LIST.name
    path.write_text("cz\n100\n302\n")
    assert "REPORT_ACCEPT" in use(ZONE_LIST, path)
    monkeypatch.setenv("REPORT_ACCEPT", ZONE_LIST.name)
    assert use(ZONE_LIST, path) is None
