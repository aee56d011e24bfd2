"""The files of a scorecard study, and the calculator, on a small simulated survey."""

import pytest

from analysis.publish import site_files
from analysis.publish.widgets import card_files
from analysis.publish.widgets.calculator import calculator
from analysis.scorecard.card.card import read_card
from tests.scorecard.conftest import card_study  # noqa: F401


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(site_files, "ROOT", tmp_path)
    monkeypatch.setattr(site_files, "RESULTS", tmp_path / "results")
    return tmp_path


@pytest.fixture(scope="module")
def study(card_study):  # noqa: F811
    return card_study


def test_the_files_are_written_whole_and_read_back(study, folder):
    written = card_files.write_card_files(study)
    assert [name.rsplit("/", 1)[1] for name in written] == list(card_files.CARD_FILES)
    inside = folder / "results/scorecard" / study.card.name
    assert {path.name for path in inside.iterdir()} == set(card_files.CARD_FILES)
    again = read_card(inside / "scorecard.json")
    assert (again.questions, again.lines) == (study.card.questions, study.card.lines)


def test_each_file_is_listed_in_the_words_given_and_is_there(study, folder):
    card_files.write_card_files(study)
    listed = card_files.file_list(study, {"form.xlsx": "A form <for phones>"}).markdown
    address = f"results/scorecard/{study.card.name}/form.xlsx"
    assert f'<a href="{address}">A form &lt;for phones&gt;</a>' in listed
    assert (folder / address).is_file()
    assert 'when-format="typst"' in listed


def test_the_calculator_is_for_the_site_alone(study, folder):
    shown = calculator(study.card).markdown
    assert shown.startswith("```{=html}") and "typst" not in shown
    assert (folder / "results/calculator/card.js").is_file()
