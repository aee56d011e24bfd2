import pytest

from analysis.book.manuscript.source import Chunk, Prose, inline_expressions, parse, replace_inline
from analysis.errors import ReportError

CHAPTER = """---
title: A title
---

Words `{python} str(2)` and `code`.

```{python}
#| label: a-setup
#| include: false
x = 1
```

~~~
`{python} not_run`
~~~
Last.
"""


def test_a_chapter_comes_apart_into_prose_chunks_and_code():
    source = parse("a.qmd", CHAPTER)
    assert source.meta == {"title": "A title"}
    kinds = [type(block) for block in source.blocks]
    assert kinds == [Prose, Chunk, Prose, Prose, Prose]
    chunk = source.chunks[0]
    assert (chunk.code, chunk.line, chunk.label) == ("x = 1", 7, "a-setup")
    assert chunk.options["include"] is False


def test_inline_code_is_found_in_prose_with_its_line_and_not_in_code_blocks():
    source = parse("a.qmd", CHAPTER)
    found = [inline_expressions("a.qmd", b) for b in source.blocks if isinstance(b, Prose)]
    assert found == [[("str(2)", 5)], [], [], []]
    assert "Words 2 and `code`." in replace_inline(source.blocks[0], ["2"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("---\ntitle: x\n", "line 1: the front matter is not closed"),
        ("---\na: [\n---\n", "the front matter is not valid YAML"),
        ("\n```{python}\nx\n", "line 2: the block opened by ```{python} never ends"),
        ("```{r}\n1\n```\n", "line 1: a chunk opens with {r}"),
        ("```{python}\n#| label: x\n#| fig-cap: y\n```\n", "line 2: the chunk option 'fig-cap'"),
        ("```{python}\n#| label: [\n```\n", "line 2: the chunk's options are not valid YAML"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, said):
    with pytest.raises(ReportError, match=r"a\.qmd, line") as fault:
        parse("a.qmd", text)
    assert said in str(fault.value)


def test_inline_code_of_another_language_is_refused():
    source = parse("a.qmd", "one\ntwo `{r} x`\n")
    with pytest.raises(ReportError, match=r"a\.qmd, line 2: inline code in r"):
        inline_expressions("a.qmd", source.blocks[0])
