"""Colors are set in one style sheet, and paper is white."""

import re

import pytest

from analysis.paths import THEME
from analysis.publish.figures.style import tokens

SHEETS = sorted(path for path in THEME.rglob("*.css") if path.name != "report.css")
FALLBACK = re.compile(r"var\(--([\w-]+),\s*(#[0-9a-fA-F]{3,8})\)")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_other_sheet_repeats_a_color(sheet):
    text = sheet.read_text(encoding="utf-8")
    for name, color in FALLBACK.findall(text):
        assert tokens()[name] == color
    found = set(re.findall(r"#[0-9a-fA-F]{6}\b", FALLBACK.sub("", text)))
    assert found & set(tokens().values()) == set()


def test_the_icon_has_the_colors_of_mobility():
    icon = (THEME / "favicon.svg").read_text(encoding="utf-8")
    assert re.findall(r'fill="(#\w+)"', icon) == [tokens()[f"mobility-{n}"] for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("name", ["report.css", "finder/finder.css"])
def test_dark_colors_are_for_screens(name):
    text = (THEME / name).read_text(encoding="utf-8")
    assert '\n:root[data-theme="dark"]' not in text
    assert '\n  :root[data-theme="dark"]' in text
