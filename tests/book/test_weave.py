"""What stands on the site alone is counted on paper too."""

from analysis.book.run.weave import count_on

TEXT = """::: {.content-visible when-format="html"}
## Gone

::: {#fig-a}
```{=html}
{#fig-in-code}
```
:::
::: {#tbl-b}
:::
:::
"""


def test_paper_steps_over_what_it_leaves_out():
    outer = TEXT.replace(":::", "::::", 1)
    outer = outer[: outer.rindex(":::")] + "::::\n"
    found = count_on(outer)
    assert found.startswith(outer.rstrip("\n"))
    steps = found[len(outer.rstrip("\n")) :]
    assert "// on the site alone: 1 figures, 1 tables, 1 sections" in steps
    assert steps.count("n => n + 1") == 2
    assert steps.count("step(level: 2)") == 1


def test_words_alone_count_for_nothing():
    text = '::: {.content-visible when-format="html"}\nWords.\n:::\n'
    assert count_on(text) == text
