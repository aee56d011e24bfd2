"""Results files: documented, whole, and refused with a sentence."""

import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.publish import results
from analysis.publish.result_files import RESULT_FILES, write_all


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "ROOT", tmp_path)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    return tmp_path


def test_every_file_has_its_documented_columns(folder, simulated_study):
    for address in write_all(simulated_study):
        file = next(f for f in RESULT_FILES if address.endswith(f.name))
        written = pd.read_csv(folder / address)
        assert list(written.columns) == list(file.columns)
        assert len(written) > 0


def test_zones_file_has_each_zone_once(folder, simulated_study):
    list(write_all(simulated_study))
    zones = pd.read_csv(folder / "results/commuting_zones.csv")
    assert zones["cz"].is_unique
    assert len(zones) == len(simulated_study.zones)
    labelled = zones["label_binary"].notna()
    assert (zones["in_sample"] & zones["am"].notna()).equals(labelled)


def test_a_folder_that_cannot_be_made_is_one_sentence(folder):
    (folder / "results").write_text("a file where the folder should be")
    with pytest.raises(ReportError, match=r"can't be written to .*results"):
        results.write_table("x.csv", pd.DataFrame({"a": [1]}))


def test_a_failed_write_leaves_the_old_file(folder, monkeypatch):
    results.write_table("x.csv", pd.DataFrame({"a": [1]}))

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results.os, "replace", no_space)
    with pytest.raises(ReportError, match="No space left"):
        results.write_table("x.csv", pd.DataFrame({"a": [2]}))
    assert [p.name for p in (folder / "results").iterdir()] == ["x.csv"]
    assert (folder / "results/x.csv").read_text() == "a\n1\n"
