"""Loading: where files are looked for, what is accepted, and when data are simulated."""

import os
import shutil
import socket

import pandas as pd
import pytest

from analysis.book.assets.prepare import notice
from analysis.data import load
from analysis.data.locate import accepted_files, file_state, locate
from analysis.data.registry import COUNTIES, FILES, HOUSEHOLDS, TRACTS, WORKBOOK, ZONE_LIST
from analysis.data.study import merge
from analysis.errors import ReportError
from analysis.scorecard.survey.data_files import locate as find_survey_file


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*arguments, **named):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def real_files(study, tmp_path):
    """A folder with copies of the workbook and the county file, and no list."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for state in study.files:
        if state.name in (WORKBOOK.name, COUNTIES.name):
            shutil.copy(state.path, folder / state.name)
    return folder


def test_without_files_the_data_are_simulated(raw, no_network):
    study = load()
    assert study.simulated
    assert study.sample.label.startswith("Simulated zones")
    assert all(state.path is None and state.state == "missing" for state in study.files)


def test_real_data_can_be_demanded(raw, no_network):
    with pytest.raises(ReportError, match="data fetch"):
        load(simulated=False)


def test_loading_twice_gives_the_same_object(simulated_study):
    assert load(simulated=True) is simulated_study


def test_a_named_folder_that_is_not_there_is_refused(raw, monkeypatch, tmp_path):
    monkeypatch.setenv("REPORT_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(ReportError, match=r"REPORT_DATA.*nowhere"):
        load()


def test_folders_are_searched_in_order(raw, monkeypatch, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        (folder / ZONE_LIST.name).write_text("cz\n100\n")
    monkeypatch.setenv("REPORT_DATA", f"{first}{os.pathsep}{second}")
    assert locate(ZONE_LIST) == first / ZONE_LIST.name
    (raw / ZONE_LIST.name).write_text("cz\n100\n")
    assert locate(ZONE_LIST) == raw / ZONE_LIST.name


def test_merge_keeps_every_zone_of_table_8_once(simulated_study):
    table8, table5 = simulated_study.table8, simulated_study.table5
    zones = merge(table8, table5.iloc[::-1].iloc[10:])
    assert list(zones["cz"]) == list(table8["cz"])
    assert isinstance(zones.index, pd.RangeIndex)
    expected = table5.set_index("cz")["am"].reindex(zones["cz"]).to_numpy()
    present = zones["cz"].isin(table5.iloc[:-10]["cz"]).to_numpy()
    pd.testing.assert_series_equal(
        zones["am"][present], pd.Series(expected)[present], check_names=False
    )
    assert zones["am"][~present].isna().all()


@pytest.mark.needs_data
def test_the_real_study(study, no_network):
    assert not study.simulated
    assert study.sample is study.samples[study.sample.name]
    assert study.sample.count == len(study.sample.zones)
    workbook = next(state for state in study.files if state.name == WORKBOOK.name)
    assert workbook.sha256 == workbook.file.sha256
    assert workbook.state == "verified"
    assert {state.name for state in study.files} == {file.name for file in FILES}


def test_the_tract_file_is_preferred_and_the_county_file_comes_last(
    raw, real_files, monkeypatch, tmp_path
):
    monkeypatch.setenv("REPORT_DATA", str(real_files))
    assert load().sample.name == "county"
    assert load().sample.count == 382
    more = tmp_path / "more"
    more.mkdir()
    others = "39400,0.9\n" * 72_998
    (more / TRACTS.name).write_text(f"cz,share_white2000\n100,0.1\n302,0.2\n{others}")
    monkeypatch.setenv("REPORT_DATA", f"{real_files}{os.pathsep}{more}")
    study = load()
    assert study.sample.name == "tract"
    assert study.sample.zones == {100, 302}
    assert set(study.samples) == {"tract", "county"}
    state = next(state for state in study.files if state.name == TRACTS.name)
    assert (state.state, state.file.sha256) == ("structure checked", None)
    with pytest.raises(ReportError, match="'list' has no file here"):
        load("list")


def test_a_workbook_without_any_sample_definition_is_refused(raw, real_files, monkeypatch):
    (real_files / COUNTIES.name).unlink()
    monkeypatch.setenv("REPORT_DATA", str(real_files))
    with pytest.raises(ReportError, match=r"minority_commuting_zones.csv"):
        load()


def test_zones_that_the_workbook_does_not_have_are_refused(raw, real_files, monkeypatch):
    (real_files / ZONE_LIST.name).write_text("cz\n100\n99999\n")
    monkeypatch.setenv("REPORT_DATA", str(real_files))
    monkeypatch.setenv("REPORT_ACCEPT", ZONE_LIST.name)
    with pytest.raises(ReportError, match="99999"):
        load()


def test_another_checksum_is_accepted_on_an_explicit_yes_alone(raw, real_files, monkeypatch):
    path = real_files / WORKBOOK.name
    path.write_bytes(path.read_bytes() + bytes(512))
    monkeypatch.setenv("REPORT_DATA", str(real_files))
    with pytest.raises(ReportError, match=r"not the version .* set REPORT_ACCEPT=online_data"):
        load()
    monkeypatch.setenv("REPORT_ACCEPT", f"{COUNTIES.name}, {WORKBOOK.name}")
    study = load()
    assert len(study.zones) == 741
    workbook = study.files[0]
    assert workbook.state == "accepted"
    assert workbook.sha256 != workbook.file.sha256
    assert accepted_files() == (workbook.note,)
    assert notice().startswith(f"Not the published data: {WORKBOOK.name} is not the version")


def test_an_own_list_of_zones_is_told_with_its_number(raw, monkeypatch):
    (raw / ZONE_LIST.name).write_text("cz\n100\n302\n")
    assert file_state(ZONE_LIST).state == "another version"
    monkeypatch.setenv("REPORT_ACCEPT", ZONE_LIST.name)
    assert file_state(ZONE_LIST).state == "accepted"
    assert "gives 2 zones in place of 478" in file_state(ZONE_LIST).note


def test_a_broken_file_is_called_broken(raw):
    (raw / HOUSEHOLDS.name).write_text("<html>")
    (raw / ZONE_LIST.name).write_text("")
    assert file_state(HOUSEHOLDS).state == "broken"
    assert "Stata" in file_state(HOUSEHOLDS).note
    assert "empty" in file_state(ZONE_LIST).note


@pytest.mark.parametrize("version", [114, 118])
def test_survey_files_of_another_version_are_read_to_their_end(raw, monkeypatch, version):
    path = raw / HOUSEHOLDS.name
    frame = pd.DataFrame({"hid": range(8000), "hhsize": 4.0})
    frame.to_stata(path, version=version, write_index=False)
    assert file_state(HOUSEHOLDS).state == "another version"
    with pytest.raises(ReportError, match="REPORT_ACCEPT"):
        find_survey_file(path.name, raw)
    monkeypatch.setenv("REPORT_ACCEPT", path.name)
    assert file_state(HOUSEHOLDS).state == "accepted"
    assert find_survey_file(path.name, raw) == path
    whole = path.read_bytes()
    for share in (0.02, 0.5, 0.9, 0.99999):
        path.write_bytes(whole[: int(share * len(whole))])
        assert file_state(HOUSEHOLDS).state == "broken"
    frame[:7999].to_stata(path, version=version, write_index=False)
    assert "7,999 rows where 8,000 are expected" in file_state(HOUSEHOLDS).note


def test_the_environment_names_the_sample(monkeypatch):
    monkeypatch.setenv("REPORT_SAMPLE", "county")
    assert load(simulated=True).sample.name == "county"
    assert load("list", simulated=True).sample.name == "list"


def test_a_sample_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("REPORT_SAMPLE", "village")
    with pytest.raises(ReportError, match="village"):
        load(simulated=True)
