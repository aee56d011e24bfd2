"""Specifications and files spoilt at random: always sentences, never a traceback."""

import copy

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ReportError

ODD = [None, "", 5, -1, 1e9, [], {}, ["a"], {"a": 1}, "roof", "region", "household", "drop", "Yes",
       [1, 2], {"from": 3}, "gone", ["region", "region"]]  # fmt: skip


def places(tree, place=()):
    """The place of every key and item of a specification."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, inside in items:
        yield (*place, step)
        if isinstance(inside, dict | list):
            yield from places(inside, (*place, step))


def spoil_specification(spec, rng):
    for _ in range(rng.integers(0, 4)):
        every = list(places(spec))
        *steps, last = every[rng.integers(len(every))]
        node = spec
        for step in steps:
            node = node[step]
        if rng.random() < 0.4:
            del node[last]
        else:
            node[last] = copy.deepcopy(ODD[rng.integers(len(ODD))])


def spoil_table(frame, rng):
    for _ in range(rng.integers(0, 4)):
        name = frame.columns[rng.integers(len(frame.columns))]
        rows = rng.random(len(frame)) < rng.choice([0.01, 0.3, 1.0])
        values = frame[name].astype(str)
        kind = rng.integers(6)
        if kind == 0 and len(frame.columns) > 2:
            frame = frame.drop(columns=name)
        elif kind == 1:
            frame[name] = values.mask(rows, " ")
        elif kind == 2:
            frame[name] = values.mask(rows)
        elif kind == 3:
            frame[name] = pd.to_numeric(values, errors="coerce").mask(rows, -1)
        elif kind == 4:
            frame[name] = "x"
        else:
            frame[name] = values.astype("category")
    return frame


def told(files, seeds):
    """Spoil and check, once a seed; every fault is a sentence in one line."""
    spec, homes, persons = files.spec, files.homes, files.persons
    faulty = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        files.spec = copy.deepcopy(spec)
        spoil_specification(files.spec, rng)
        files.homes = spoil_table(homes.copy(), rng)
        files.persons = spoil_table(persons.copy(), rng)
        try:
            survey, found = files.check()
        except ReportError as error:
            found, survey = None, None
            assert "\n" not in str(error)
        else:
            assert survey is not None or found.errors
            for words in (*found.errors, *found.warnings):
                assert "\n" not in words
                assert words.endswith((".", "?"))
        faulty += survey is None or bool(found.errors)
    return faulty


def test_spoilt_surveys_end_in_sentences(files):
    assert told(files, range(12)) >= 6


@pytest.mark.slow
def test_many_spoilt_surveys_end_in_sentences(files):
    assert told(files, range(100, 300)) >= 100
