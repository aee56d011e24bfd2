"""A small card in a file, and answers to it."""

import resource

import pytest

from analysis.scorecard.card import write_card
from tests.faults.works import answers, small_card

MOST = 6 << 30
"""Bytes of memory: a reader that asks for more at a damaged file would bring a machine down."""


@pytest.fixture(autouse=True)
def limited_memory():
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.fixture
def card_file(tmp_path):
    write_card(small_card(), tmp_path / "scorecard.json")
    return tmp_path / "scorecard.json"


@pytest.fixture
def answers_file(tmp_path):
    path = tmp_path / "answers.csv"
    answers().to_csv(path, index=False)
    return path
