"""Results files: documented, whole, and refused with a sentence."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.publish import site_files
from analysis.publish.results import result_files
from analysis.publish.results.result_files import RESULT_FILES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(site_files, "ROOT", tmp_path)
    monkeypatch.setattr(site_files, "RESULTS", tmp_path / "results")
    return tmp_path


def test_a_table_without_documentation_is_refused(folder, simulated_study, monkeypatch):
    def make(models):
        return pd.DataFrame({"cz": models.zones["cz"], "secret": 1})

    file = result_files.ResultFile("x.csv", "one zone", {"cz": "its number"})
    monkeypatch.setattr(result_files, "RESULT_FILES", (file,))
    monkeypatch.setattr(result_files, "TABLES", {"x.csv": make})
    with pytest.raises(ValueError, match=r"x\.csv"):
        list(result_files.write_tables(simulated_study))
    assert not (folder / "results/x.csv").exists()


def test_documented_tables_are_written_as_they_are(folder, simulated_study, monkeypatch):
    correlations = [f for f in RESULT_FILES if f.name == "correlations.csv"]
    monkeypatch.setattr(result_files, "RESULT_FILES", tuple(correlations))
    (address,) = result_files.write_tables(simulated_study)
    written = pd.read_csv(folder / address)
    assert list(written.columns) == list(correlations[0].columns)
    assert written["r"].abs().is_monotonic_decreasing


def test_a_table_whose_data_are_gone_is_dropped(folder, simulated_study, monkeypatch):
    file = [f for f in RESULT_FILES if f.name == "mobility_by_group.csv"]
    monkeypatch.setattr(result_files, "RESULT_FILES", tuple(file))
    (address,) = result_files.write_tables(simulated_study)
    assert (folder / address).is_file()
    without = replace(simulated_study, by_group=None)
    assert list(result_files.write_tables(without)) == []
    assert not (folder / address).exists()


def test_every_column_is_explained_and_every_recipe_is_of_a_file():
    assert result_files.TABLES.keys() <= {file.name for file in RESULT_FILES}
    assert all(meaning.strip() for file in RESULT_FILES for meaning in file.columns.values())


def test_a_folder_that_cannot_be_made_is_one_sentence(folder):
    (folder / "results").write_text("a file where the folder should be")
    with pytest.raises(ReportError, match=r"can't be written to .*results"):
        site_files.write_table("x.csv", pd.DataFrame({"a": [1]}))


def test_a_failed_write_leaves_the_old_file(folder, monkeypatch):
    site_files.write_table("x.csv", pd.DataFrame({"a": [1]}))

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(site_files.atomic.os, "replace", no_space)
    with pytest.raises(ReportError, match="No space left"):
        site_files.write_table("x.csv", pd.DataFrame({"a": [2]}))
    assert [p.name for p in (folder / "results").iterdir()] == ["x.csv"]
    assert (folder / "results/x.csv").read_text() == "a\n1\n"
