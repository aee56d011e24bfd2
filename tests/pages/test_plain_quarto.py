"""Plain Quarto: what an author does without `make` gives the same book."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from analysis.book.place import STAMP
from analysis.book.quarto import quarto
from tests.pages.conftest import DATED, NO_QUARTO
from tests.pages.test_bytes import contents
from tests.pages.test_two_builds import EXTRACT

PATIENCE = 180_000
FILES = re.compile(r'(?:href|src|srcset|data-source)="([^"#?:]+\.(?:pdf|csv|svg|js|css|xlsx))"')

pytestmark = pytest.mark.slow


def environment() -> dict[str, str]:
    left_out = {"REPORT_DATA", "REPORT_BUILD", "PYTHONPATH"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, **DATED, "QUARTO_PYTHON": sys.executable}


@pytest.fixture
def project(small_project, tmp_path):
    """A copy of the small project of which Quarto has rendered nothing."""
    if quarto.find() is None:
        pytest.skip(NO_QUARTO)
    folder = shutil.copytree(small_project[0], tmp_path / "project")
    for name in ("preview", "_book", "_freeze", ".quarto", "report/generated"):
        shutil.rmtree(folder / name, ignore_errors=True)
    return folder


def render(project, *words: str, code: int = 0, **settings: str) -> str:
    done = subprocess.run(
        [str(quarto.find().program), "render", *words],
        cwd=project,
        env=environment() | settings,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_quarto_render_gives_the_bytes_of_make_report(project, small_quarto):
    # Names in the small book have letters that its font lacks: make asks for this by itself.
    render(project, *quarto.PLAIN)
    expected, found = contents(small_quarto.folder), contents(project / "_book")
    expected.pop(STAMP)
    assert sorted(found) == sorted(expected)
    assert [name for name in expected if found[name] != expected[name]] == []


def test_one_chapter_has_the_same_words_and_all_files_that_it_names(project, small_quarto, browser):
    render(project, str(project / "report" / "kinds.qmd"), "--to", "html")
    page = project / "_book" / "report" / "kinds.html"
    names = set(FILES.findall(page.read_text(encoding="utf-8")))
    assert any(name.endswith(".csv") for name in names)
    assert "../brief.pdf" in names  # made too, where it is not there
    assert [name for name in names if not (page.parent / name).resolve().is_file()] == []
    context = browser.new_context()
    said = []
    for address in (page.as_uri(), f"{small_quarto.address}report/kinds.html"):
        opened = context.new_page()
        opened.goto(address, wait_until="load")
        said.append(opened.evaluate(EXTRACT))
    context.close()
    assert said[0] == said[1]


def test_a_fault_ends_quarto_with_file_and_line(project):
    chapter = project / "index.qmd"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace("numbers.plain(found)", "numbers.plain(fund)", 1))
    said = render(project, "index.qmd", "--to", "html", code=1)
    assert re.search(r"error: index\.qmd, inline code `.*` \(line \d+\): NameError", said)


def test_a_reference_that_leads_nowhere_ends_quarto(project):
    chapter = project / "index.qmd"
    text = chapter.read_text(encoding="utf-8")
    chapter.write_text(text.replace("Nothing at all,", "See @fig-nosuch,"))
    said = render(project, "index.qmd", "--to", "html", code=1)
    assert "fig-nosuch', a reference that leads nowhere" in said
    assert "correct its name in index.qmd" in said


@pytest.fixture
def preview(project):
    """The address of a running ``quarto preview``."""
    said = project / "preview.txt"
    with said.open("w") as out:
        process = subprocess.Popen(
            [str(quarto.find().program), "preview", "--no-browser", "--no-navigate"],
            cwd=project,
            env=environment(),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + PATIENCE / 1000
        while not (found := re.search(r"Listening on (http://\S+)", said.read_text())):
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < until, said.read_text()
            time.sleep(0.2)
        yield found[1]
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def test_preview_shows_each_kind_of_edit(project, preview, browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)

    def edit(name, old, new):
        path = project / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        time.sleep(1.1)  # Quarto compares times of whole seconds
        path.write_text(text.replace(old, new), encoding="utf-8")

    main = page.locator("main")
    page.goto(f"{preview}report/kinds.html")
    edit("report/kinds.qmd", "# Kinds of", "# Sorts of")
    expect(page.locator("h1").first).to_contain_text("Sorts of", timeout=PATIENCE)
    edit("report/kinds.qmd", "By one and a half.", "A changed caption.")
    expect(main).to_contain_text("A changed caption.", timeout=PATIENCE)
    edit("report/kinds.qmd", '"North", "South | *east*"', '"North", "Far east"')
    expect(main).to_contain_text("Far east", timeout=PATIENCE)
    sheet = project / "report" / "theme" / "report.css"
    edit("report/theme/report.css", "/* Text -", "main p { letter-spacing: 3px; }\n/* Text -")
    assert "3px" in sheet.read_text(encoding="utf-8")
    paragraph = page.locator("main p:not([class])").first
    expect(paragraph).to_have_css("letter-spacing", "3px", timeout=PATIENCE)
    context.close()
