"""Parts of chapters that need a raw file."""

import pytest

from analysis.data.locate import is_here
from analysis.data.registry import ATLAS, WORKBOOK
from analysis.errors import ReportError
from analysis.publish.text.optional import present

TEXT = """# Title

::::: {.needs file="a.csv"}
With `{python} x`.

::: {#fig-x}
chunk
:::
:::::

::::: {.lacks file="a.csv"}
Without.
:::::

The end.
"""


@pytest.mark.parametrize("here", [True, False])
def test_one_of_two_stays_in_its_line(here):
    found = present(TEXT, lambda name: here)
    assert found.count("\n") == TEXT.count("\n")
    assert ("With `" in found, "Without." in found) == (here, not here)
    assert "needs" not in found and "lacks" not in found
    stays = "With `{python} x`." if here else "Without."
    assert found.splitlines().index(stays) == TEXT.splitlines().index(stays)
    assert found.count(":::") == (2 if here else 0)


def test_one_may_stand_in_another():
    inner = ':::: {.lacks file="b.csv"}\nNot b.\n::::\n'
    text = f'::::: {{.needs file="a.csv"}}\nA.\n\n{inner}:::::\n'
    assert present(text, {"a.csv": True, "b.csv": False}.get).split() == ["A.", "Not", "b."]
    assert present(text, {"a.csv": True, "b.csv": True}.get).split() == ["A."]


def test_files_are_asked_for_by_name(raw):
    assert is_here(ATLAS.name), "simulated data have a stand-in"
    (raw / WORKBOOK.name).write_text("here")
    assert not is_here(ATLAS.name)
    (raw / ATLAS.name).write_text("here")
    assert is_here(ATLAS.name)
    with pytest.raises(ReportError, match="no raw file"):
        is_here("atlas.csv")
