"""A small card in a file, and answers to it."""

import resource
from pathlib import Path

import pytest

from analysis.scorecard.card.card import write_card
from tests.faults.works import answers, small_card

MORE = 6 << 30
"""Bytes of memory: a reader that asks for more at a damaged file would bring a machine down."""
USED = Path("/proc/self/statm")


@pytest.fixture(autouse=True)
def limited_memory():
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(USED.read_text().split()[0]) * resource.getpagesize() if USED.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (used + MORE, before[1]))
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
