"""Books behind a server: the small one in both builds, and among the slow tests the real one."""

import fcntl
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.book.manuscript.book import Book, read_book
from analysis.book.quarto import quarto
from analysis.book.serve import server
from analysis.paths import ROOT
from tests.pages.project import Command, make_project

# Copies of the small project were written at different times, and have no commits.
DATED = {"SOURCE_DATE_EPOCH": "1893456000"}
NO_QUARTO = "Quarto is not on this machine"


@dataclass(frozen=True)
class Site:
    """A built book behind a server on loopback."""

    build: str
    folder: Path
    address: str
    book: Book
    simulated: bool

    @property
    def pages(self) -> list[str]:
        return [chapter.page for chapter in self.book.chapters]

    @property
    def pdf(self) -> Path:
        return self.folder / f"{self.book.output_file}.pdf"


@contextmanager
def _once(tmp_path_factory, name):
    """A folder that the processes of all tests share, and a file for what its build has said.

    Whoever comes first builds, the others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (shared / name).mkdir(exist_ok=True)
        yield shared / name, shared / f"{name}.txt"


@pytest.fixture(scope="session")
def small_project(tmp_path_factory):
    """The small project, and what its first build said."""
    with _once(tmp_path_factory, "preview") as (project, said):
        if not said.exists():
            make_project(project)
            built = Command(project, "build", "--preview", "--out", "preview", **DATED)
            said.write_text(built.finished())
    return project, said.read_text()


@pytest.fixture(scope="session")
def small_preview(small_project):
    project, _ = small_project
    yield from _served("preview", project / "preview", project, simulated=True)


@pytest.fixture(scope="session")
def small_quarto(small_project, tmp_path_factory):
    if quarto.find() is None:
        pytest.skip(NO_QUARTO)
    # In a copy, since tests of editing copy the project meanwhile.
    with _once(tmp_path_factory, "quarto") as (project, said):
        if not said.exists():
            shutil.copytree(small_project[0], project, dirs_exist_ok=True)
            said.write_text(Command(project, "build", "--out", "quarto", **DATED).finished())
    yield from _served("quarto", project / "quarto", project, simulated=True)


@pytest.fixture(scope="session")
def real_preview(tmp_path_factory):
    yield from _real(tmp_path_factory, "preview", "--preview")


@pytest.fixture(scope="session")
def real_quarto(tmp_path_factory):
    if quarto.find() is None:
        pytest.skip(NO_QUARTO)
    yield from _real(tmp_path_factory, "quarto")


def _real(tmp_path_factory, build: str, *options: str):
    from analysis import data

    with _once(tmp_path_factory, f"real-{build}") as (folder, said):
        if not said.exists():
            out = str(folder / "_book")
            command = Command(ROOT, "build", "--out", out, *options, said=folder)
            said.write_text(command.finished())
    yield from _served(build, folder / "_book", ROOT, simulated=data.load().simulated)


SITES = [
    "small_preview",
    "small_quarto",
    pytest.param("real_preview", marks=pytest.mark.slow),
    pytest.param("real_quarto", marks=pytest.mark.slow),
]
# For what only Quarto's frame has: `site` is each of its books in turn.
QUARTO_ONLY = pytest.mark.parametrize(
    "site", [SITES[1], pytest.param("real_quarto", marks=pytest.mark.slow)], indirect=True
)


@pytest.fixture(scope="session", params=SITES)
def site(request):
    """Each book in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(
    scope="session",
    params=[
        ("small_preview", "small_quarto"),
        pytest.param(("real_preview", "real_quarto"), marks=pytest.mark.slow),
    ],
    ids=["small", "real"],
)
def both_sites(request):
    """Preview and Quarto's build of one book."""
    return [request.getfixturevalue(name) for name in request.param]


def _served(build: str, folder: Path, root: Path, *, simulated: bool):
    with server(folder, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        yield Site(build, folder, address, read_book(root), simulated)
        running.shutdown()


class Visit:
    """A page in a browser that reaches nothing but the site, and what went wrong on it."""

    def __init__(self, browser, site: Site, **context):
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.site = site
        self.faults: list[str] = []
        self.page.route("**/*", self._only_the_site)
        self.page.on("pageerror", lambda fault: self.faults.append(f"error: {fault}"))
        self.page.on("console", self._console)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def open(self, name: str):
        self.page.goto(self.site.address + name, wait_until="load")
        return self.page

    def _only_the_site(self, route):
        address = route.request.url
        if address.startswith((self.site.address, "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"asked another host: {address}")
            route.abort()

    def _failed(self, request):
        # An icon that was still on its way when the next page was opened is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}, {request.failure}")

    def _console(self, message):
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def _response(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture
def visit(browser, site):
    """Open pages of the site; the options are those of a browser context."""
    visits = []

    def open_visit(**context) -> Visit:
        visits.append(Visit(browser, site, **context))
        return visits[-1]

    yield open_visit
    for each in visits:
        each.context.close()
