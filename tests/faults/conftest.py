"""A small card in a file, and answers to it."""

import pytest

from analysis.scorecard.card import write_card
from tests.faults.works import answers, small_card


@pytest.fixture
def card_file(tmp_path):
    write_card(small_card(), tmp_path / "scorecard.json")
    return tmp_path / "scorecard.json"


@pytest.fixture
def answers_file(tmp_path):
    path = tmp_path / "answers.csv"
    answers().to_csv(path, index=False)
    return path
