import pytest

from analysis.book.manuscript.markup import check
from analysis.book.manuscript.source import parse
from analysis.errors import ReportError


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{{< video x.mp4 >}}", "{{< video >}}"),
        ("::: {.panel-tabset}", ".panel-tabset"),
        ("::: panel-tabset", ".panel-tabset"),
        ('::: {#x .callout-note .big title="A .dotted title"}', ".big"),
        ("[words]{.aside}", ".aside"),
        ("![](x.png){.lightbox}", ".lightbox"),
        ("## Heading {.appendix}", ".appendix"),
    ],
)
def test_unknown_markup_is_refused_by_file_and_line(line, named):
    with pytest.raises(ReportError) as fault:
        check(parse("report/a.qmd", f"One.\n\n{line}\n"))
    assert str(fault.value).startswith("report/a.qmd, line 3: ")
    assert named in str(fault.value)


@pytest.mark.parametrize(
    "text",
    [
        '::: {.callout-note title="It is .5 of all {x}"}',
        "# Title {#sec-title .unnumbered}",
        "`[x]{.aside}` and ```` {{< x >}} ````",
        "```\n::: {.panel-tabset}\n```",
        "$$\n\\frac{.x}{.y}\n$$ {#eq-x}",
        '::: {.content-visible when-format="html"}',
    ],
)
def test_known_markup_code_and_math_pass(text):
    check(parse("report/a.qmd", text + "\n"))
