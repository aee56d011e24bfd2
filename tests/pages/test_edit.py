"""Editing: each kind of change is seen in an open browser, and a fault does not end the server."""

import re
import shutil
import time

import pytest
from playwright.sync_api import expect

from analysis.book.quarto import quarto
from tests.pages.conftest import NO_QUARTO
from tests.pages.project import Command

PATIENCE = 120_000
STYLE = "\nmain.content p { letter-spacing: 3px; }\n"


@pytest.fixture(scope="module", params=["preview", pytest.param("quarto", marks=pytest.mark.slow)])
def project(request, small_project, tmp_path_factory):
    """A copy of the small project with `edit` running on it: its folder and address."""
    if request.param == "quarto" and quarto.find() is None:
        pytest.skip(NO_QUARTO)
    folder = tmp_path_factory.mktemp("edit") / "project"
    shutil.copytree(small_project[0], folder)
    options = ["--preview"] if request.param == "preview" else []
    command = Command(folder, "edit", "--no-browser", "--port", "0", *options)
    try:
        yield folder, _address(command)
    finally:
        command.end()
        # A chapter's own traceback is printed without a colon, by IPython.
        assert "Traceback (most recent call last):" not in command.said.read_text()


def _address(command) -> str:
    for _ in range(3000):
        if found := re.search(r"at (http://127.0.0.1:\d+/)", command.said.read_text()):
            return found[1]
        assert command.process.poll() is None, command.said.read_text()
        time.sleep(0.1)
    raise AssertionError(command.said.read_text())


@pytest.fixture
def page(browser, project):
    """A page that stays open while its sources change."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


@pytest.fixture
def change(project):
    """Replace some text in a file of the project."""

    def change(name, old, new):
        path = project[0] / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


CHANGES = {
    "a sentence": ("index.qmd", "Nothing at all,", "A changed sentence,", "index.html",
                   "A changed sentence,"),
    "a chunk": ("index.qmd", "found = zones", "found = 1000 + zones", "index.html",
                "We found 1,7"),
    "a caption": ("report/kinds.qmd", "By one and a half.", "A changed caption.",
                  "report/kinds.html", "A changed caption."),
    "a reference": ("report/references.bib", "Where is the Land", "A Changed Title of the Land",
                    "report/references.html", re.compile("A Changed Title of the Land", re.I)),
    "a function": ("analysis/publish/text/numbers.py", "text = f\"{value:,.{digits}f}\"",
                   "text = f\"{value + 5000:,.{digits}f}\"", "index.html", "We found 6,7"),
}  # fmt: skip


RUN_ANEW = {"a sentence": [], "a chunk": ["index.qmd"], "a reference": []}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_in_the_open_page(project, page, change, what):
    file, old, new, address, seen = CHANGES[what]
    page.goto(project[1] + address)
    said = project[0] / "edit.txt"
    before = len(said.read_text())
    change(file, old, new)
    expect(page.locator("main")).to_contain_text(seen, timeout=PATIENCE)
    if what in RUN_ANEW:
        assert re.findall(r"\d+/\d+ (\S+)", said.read_text()[before:]) == RUN_ANEW[what]


def test_a_changed_style_is_seen(project, page):
    page.goto(project[1])
    style = project[0] / "report" / "theme" / "report.css"
    style.write_text(style.read_text(encoding="utf-8") + STYLE, encoding="utf-8")
    paragraph = page.locator("main.content p").nth(2)
    expect(paragraph).to_have_css("letter-spacing", "3px", timeout=PATIENCE)


def test_a_fault_is_shown_with_file_and_line_and_its_repair_is_seen(project, page, change):
    page.goto(project[1])
    change("index.qmd", "found = 1000", "found = nobody")
    fault = page.get_by_role("alert").filter(has_text="index.qmd, chunk index-setup (line 7)")
    expect(fault).to_contain_text("NameError: name 'nobody' is not defined", timeout=PATIENCE)
    page.reload()
    expect(fault).to_be_visible(timeout=PATIENCE)
    change("index.qmd", "found = nobody", "found = 2000")
    expect(page.locator("main")).to_contain_text("We found 7,7", timeout=PATIENCE)
    expect(fault).to_have_count(0)


def test_ctrl_c_while_it_builds_ends_it_without_a_traceback(small_project, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(small_project[0], folder, ignore=shutil.ignore_patterns("_book", "processed"))
    command = Command(folder, "edit", "--no-browser", "--port", "0", "--preview")
    until = time.monotonic() + 60
    while "Build:" not in command.said.read_text() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(2)
    command.end()
    said = command.said.read_text()
    assert "Build:" in said and "Showing" not in said, said
    assert command.process.returncode == 0, said
    assert "Traceback" not in said, said
