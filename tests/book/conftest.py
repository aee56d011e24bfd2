"""The real book, built by the preview and, where it is on the machine, by Quarto."""

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from analysis.paths import ROOT
from analysis.publish.build import quarto
from analysis.publish.build.book import Book, read_book
from analysis.publish.build.serve import server

NO_QUARTO = "Quarto is not on this machine"


@dataclass(frozen=True)
class Site:
    """A built book behind a server on loopback."""

    build: str
    folder: Path
    address: str
    book: Book

    @property
    def pages(self) -> list[str]:
        return [chapter.page for chapter in self.book.chapters]

    @property
    def pdf(self) -> Path:
        return self.folder / f"{self.book.output_file}.pdf"


def _built(tmp_path_factory, build: str) -> Path:
    folder = tmp_path_factory.mktemp(build) / "_book"
    command = [sys.executable, "-m", "analysis", "build", "--out", str(folder)]
    command += ["--preview"] if build == "preview" else []
    environment = {name: value for name, value in os.environ.items() if name != "REPORT_BUILD"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return folder


@pytest.fixture(scope="session")
def preview_folder(tmp_path_factory):
    return _built(tmp_path_factory, "preview")


@pytest.fixture(scope="session")
def quarto_folder(tmp_path_factory):
    found, _ = quarto.find(), None
    if found is None:
        pytest.skip(NO_QUARTO)
    return _built(tmp_path_factory, "quarto")


@pytest.fixture(scope="session")
def preview_site(preview_folder):
    yield from _served("preview", preview_folder)


@pytest.fixture(scope="session")
def quarto_site(quarto_folder):
    yield from _served("quarto", quarto_folder)


@pytest.fixture(scope="session", params=["preview", "quarto"])
def site(request):
    """Each build in turn."""
    return request.getfixturevalue(f"{request.param}_site")


def _served(build: str, folder: Path):
    with server(folder, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield Site(build, folder, f"http://127.0.0.1:{running.server_port}/", read_book(ROOT))
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
        self.page.on("requestfailed", lambda r: self.faults.append(f"failed: {r.url}"))
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
