"""Both builds of one source say the same, chapter by chapter."""

import pytest

EXTRACT = r"""() => {
  const main = document.querySelector("main.content").cloneNode(true);
  main.querySelectorAll(
    "script, style, noscript, nav, .report-figure, .screen-reader-only, .code-fold, " +
    "#title-block-header, .anchorjs-link, annotation, #refs, .notice, .footnotes"
  ).forEach(node => node.remove());
  const text = node => node.textContent.replace(/\s+/g, " ").trim();
  const all = selector => [...main.querySelectorAll(selector)];
  // Quarto names a chapter by number and title, the preview by "Chapter" and number.
  const chapter = /^(Chapter|Appendix|\d+\s)/;
  all("a.quarto-xref").filter(link => chapter.test(text(link))).forEach(link => link.remove());
  return {
    headings: all("h2, h3, h4").map(text),
    figures: all(".quarto-float-fig figcaption, figcaption.quarto-float-fig").map(text),
    tables: all("table").map(table => [...table.rows].map(row => [...row.cells].map(text))),
    captions: all("figcaption").map(text),
    citations: all(".citation").map(text),
    numbers: all("p, li, dd").flatMap(node => text(node).match(/[−-]?\d+(?:[.,]\d+)*/g) || []),
    unresolved: document.querySelectorAll(".quarto-unresolved-ref").length,
  };
}"""


@pytest.fixture(scope="module")
def chapters(both_sites, browser):
    """For each page what each build says."""
    said = {}
    context = browser.new_context()
    page = context.new_page()
    for name in both_sites[0].pages:
        for site in both_sites:
            page.goto(site.address + name, wait_until="load")
            said[name, site.build] = page.evaluate(EXTRACT)
    context.close()
    return said


@pytest.mark.parametrize(
    "part", ["headings", "figures", "tables", "captions", "citations", "numbers"]
)
def test_both_builds_say_the_same(chapters, both_sites, part):
    for name in both_sites[0].pages:
        assert chapters[name, "preview"][part] == chapters[name, "quarto"][part], name


def test_no_cross_reference_is_unresolved(chapters):
    for key, said in chapters.items():
        assert said["unresolved"] == 0, key
