"""The file of causal exposure effects, made up, whole and broken."""

import numpy as np
import pandas as pd
import pytest

from analysis.data import exposure_effects, load
from analysis.data.exposure import EFFECT, ERROR, read_exposure
from analysis.data.locate import file_state
from analysis.data.registry import EXPOSURE
from analysis.errors import ReportError


def made_up() -> pd.DataFrame:
    """Six zones in the layout of the source, one of them without an estimate."""
    return pd.DataFrame(
        {
            "cz": [302, 100, 200, 39400, 301, 400],
            "czname": list("ABCDEF"),
            "pop2000": np.arange(6) * 1000.0,
            EFFECT: [0.1, -0.2, 0.3, 0.0, np.nan, 0.5],
            ERROR: [0.2, 0.1, 0.3, 0.4, np.nan, 0.1],
        }
    )


def write(folder, table):
    path = folder / EXPOSURE.name
    table.to_stata(path, write_index=False)
    return path


def test_zones_with_an_estimate_are_read_in_order(tmp_path):
    table = read_exposure(write(tmp_path, made_up()))
    assert list(table.columns) == ["cz", "effect", "effect_se"]
    assert table["cz"].tolist() == [100, 200, 302, 400, 39400]
    assert table.set_index("cz").loc[100].tolist() == pytest.approx([-0.2, 0.1])


BROKEN = {
    "no column": (lambda t: t.drop(columns=ERROR), ERROR),
    "text": (lambda t: t.assign(**{EFFECT: "much"}), "numbers"),
    "twice": (lambda t: t.assign(cz=[302, 100, 100, 39400, 301, 400]), "100 twice"),
    "no zone": (lambda t: t.assign(cz=[302.5, 100, 200, 39400, 301, 400]), "no zone's number"),
    "no error": (lambda t: t.assign(**{ERROR: 0.0}), "not positive"),
    "another unit": (lambda t: t.assign(**{EFFECT: 41.0}), "ranks a year"),
    "nothing known": (lambda t: t.assign(**{EFFECT: np.nan}), "no zone with an effect"),
}


@pytest.mark.parametrize(("spoil", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_one_sentence(tmp_path, spoil, words):
    with pytest.raises(ReportError, match=words):
        read_exposure(write(tmp_path, spoil(made_up())))


def test_a_web_page_is_no_stata_file(raw):
    (raw / EXPOSURE.name).write_text("<html>not found</html>")
    assert file_state(EXPOSURE).state == "broken"
    with pytest.raises(ReportError, match="Stata"):
        read_exposure(raw / EXPOSURE.name)


def test_a_whole_file_is_accepted_by_its_structure(raw):
    write(raw, made_up())
    assert file_state(EXPOSURE).state == "structure checked"


def test_simulated_zones_have_no_real_effects(raw):
    write(raw, made_up())
    assert exposure_effects(load(simulated=True)) is None


@pytest.mark.needs_data
def test_real_zones_have_the_effects_that_are_here_and_none_otherwise(study, raw):
    assert exposure_effects(study) is None
    write(raw, made_up())
    assert len(exposure_effects(study)) == 5
