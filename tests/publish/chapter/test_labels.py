"""The label of the chunk that runs is found under each engine."""

import json
from types import SimpleNamespace

import pytest

from analysis.errors import ReportError
from analysis.publish.chapter import labels

CHAPTER = """# Title

```{python}
#| label: first
#| echo: false
show(1)
```

````{python}
#| label: second

show(2)
````

```python
#| label: no-chunk
show(3)
```

```{python}
#| label: twin-a
show(4)
```

```{python}
#| label: twin-b
show(4)
```
"""


@pytest.fixture
def label(monkeypatch, tmp_path):
    """The label under which some code runs, in the chapter that `$REPORT_DOCUMENT` names."""

    def label(code, name="a.qmd", text=CHAPTER):
        shell = SimpleNamespace(user_ns={"In": ["", code]})
        monkeypatch.setattr(labels, "get_ipython", lambda: shell)
        if text:
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.setenv("REPORT_DOCUMENT", str(tmp_path / name))
        return labels.chunk_label()

    return label


def test_options_that_run_with_the_code_name_it(label):
    assert label("#| label: elsewhere\nshow(1)", text="") == "elsewhere"


@pytest.mark.parametrize(
    ("code", "found"), [("show(1)", "first"), ("show(2)\n", "second"), ("\nshow(1)\n", "first")]
)
def test_code_without_its_options_is_found_in_the_chapter(label, code, found):
    assert label(code) == found


def test_code_of_a_notebook_is_found_in_its_cells(label):
    cells = [
        {"cell_type": "markdown", "source": ["```{python}\n#| label: no\nshow(1)\n```"]},
        {"cell_type": "code", "source": ["#| label: mine\n", "show(1)"]},
    ]
    assert label("show(1)", "a.ipynb", json.dumps({"cells": cells})) == "mine"


@pytest.mark.parametrize("code", ["show(3)", "show(5)", ""])
def test_code_without_a_label_is_told(label, code):
    with pytest.raises(ReportError, match="no label"):
        label(code)


def test_chunks_that_hold_the_same_code_are_told_apart_by_their_author(label):
    with pytest.raises(ReportError, match="twin-a and twin-b hold the same code"):
        label("show(4)")


def test_a_chapter_that_is_gone_is_no_traceback(label):
    with pytest.raises(ReportError, match="no label"):
        label("show(1)", "gone.qmd", "")
