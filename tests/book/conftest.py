"""The real book, built by the preview and, where it is on the machine, by Quarto."""

import os
import signal
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


class Build:
    """A build that runs on its own in a new folder; nothing it says is lost."""

    def __init__(self, folder: Path, *options: str):
        self.folder = folder / "_book"
        self.said = folder / "said.txt"
        command = [sys.executable, "-m", "analysis", "build", "--out", str(self.folder), *options]
        environment = {name: value for name, value in os.environ.items() if name != "REPORT_BUILD"}
        with self.said.open("w") as said:
            # A group of its own, so that what it started ends with it.
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def finished(self) -> Path:
        """Wait for the folder of the site."""
        assert self.process.wait() == 0, self.said.read_text()
        return self.folder

    def end(self) -> None:
        """End it where it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()


@pytest.fixture(scope="session")
def preview_folder(tmp_path_factory):
    return Build(tmp_path_factory.mktemp("preview"), "--preview").finished()


@pytest.fixture(scope="session")
def quarto_build(tmp_path_factory, preview_folder):
    """Started once the preview is there, so that it runs beside the tests of the preview."""
    if quarto.find() is None:
        yield None
        return
    build = Build(tmp_path_factory.mktemp("quarto"))
    yield build
    build.end()


@pytest.fixture(scope="session")
def quarto_folder(quarto_build):
    if quarto_build is None:
        pytest.skip(NO_QUARTO)
    return quarto_build.finished()


@pytest.fixture(scope="session")
def preview_site(preview_folder, quarto_build):
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
