"""The sentence on the published search says what was measured."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import paths
from analysis.cache import entry_path
from analysis.mobility.replication_models import converged_choice
from analysis.publish.build import fingerprint
from analysis.publish.exhibits import replication
from analysis.publish.findings import boosting_gap, published_search


def models(**solved):
    agreement = pd.DataFrame(
        {"task": ["binary"], "fast_penalty": [0.25], "fast_mix": [0.15], "unsolved": [0.625]}
    )
    solved = {"penalty": 0.25, "mix": 0.15, "unsolved": 0, "largest": 1.6} | solved
    found = SimpleNamespace(agreement=agreement, converged=solved)
    return SimpleNamespace(replication=SimpleNamespace(in_full=lambda: found))


@pytest.mark.parametrize(
    ("solved", "words"),
    [
        ({}, "it chooses the same penalty and mix as the faster search."),
        ({"mix": 0.2}, "it chooses C = 0.250 with a mix of 0.20, not the pair"),
        ({"penalty": 0.5}, "it chooses C = 0.500 with a mix of 0.15, not the pair"),
        ({"unsolved": 2}, "Run to convergence, all but two fits of it, on penalties"),
    ],
)
def test_agreement_is_claimed_only_where_it_was_found(solved, words):
    said = published_search(models(**solved))
    assert words in said
    assert "in 62% of its fits" in said and "up to C = 1.6," in said


def test_without_the_full_run_the_page_says_how_to_run_it():
    absent = SimpleNamespace(replication=SimpleNamespace(in_full=lambda: None))
    assert "`make replicate` runs it" in published_search(absent)
    assert replication.agreement(absent) is None
    assert replication.scores_in_full(absent) is None


def test_a_build_notices_what_was_replicated(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "CACHE", tmp_path)
    assert fingerprint.replicated() == []
    entry = entry_path(converged_choice, {"task": "binary"})
    entry.parent.mkdir()
    entry.touch()
    assert fingerprint.replicated() == [entry.name]


def test_the_gap_is_between_medians_of_the_four_class_boosting():
    splits = pd.DataFrame(
        {
            "task": ["quartiles"] * 4 + ["binary"],
            "model": ["gradient boosting"] * 3 + ["elastic net", "gradient boosting"],
            "train_accuracy": [0.90, 0.95, 0.99, 0.1, 0.1],
            "test_accuracy": [0.60, 0.62, 0.70, 0.1, 0.1],
        }
    )
    said = boosting_gap(SimpleNamespace(replication=SimpleNamespace(splits=splits)))
    assert "right about 95% of its training zones and 62% of its test zones" in said
    assert "over three splits, the second with a standard error of" in said
