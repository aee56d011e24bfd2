"""Fixtures for data, real and simulated, the one reason to skip for want of them, and a browser."""

import signal

import pytest
from playwright.sync_api import sync_playwright

from analysis import paths
from analysis.book.assets import chromium
from analysis.data import Study, load
from analysis.data.locate import locate
from analysis.data.registry import WORKBOOK

BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NO_DATA = "the real data are not on this machine"


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_data: needs the real data files")
    config.addinivalue_line("markers", "slow: takes minutes by nature; `make test-all` runs it")
    # A script in the background starts its programs with Ctrl-C ignored, and they their own.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item):
    if item.get_closest_marker("needs_data") and locate(WORKBOOK) is None:
        pytest.skip(NO_DATA)


@pytest.fixture(scope="session")
def study() -> Study:
    """The real study; the test is skipped where its files are not."""
    if locate(WORKBOOK) is None:
        pytest.skip(NO_DATA)
    return load(simulated=False)


@pytest.fixture(scope="session")
def simulated_study() -> Study:
    """The simulated study, which is always to be had."""
    return load(simulated=True)


@pytest.fixture
def raw(tmp_path, monkeypatch):
    """An empty folder in the place of ``data/raw``, and no other folder of data."""
    folder = tmp_path / "raw"
    folder.mkdir()
    monkeypatch.setattr(paths, "RAW", folder)
    monkeypatch.setenv("REPORT_DATA", "")
    return folder


@pytest.fixture(scope="session")
def browser():
    """The machine's own Chromium, one for all tests: a second Playwright can not be started."""
    program = chromium.find_or_install()
    assert program, "these tests need Chrome or Chromium: install one, or name it in $CHROME"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=BROWSER_OPTIONS)
        yield running
        running.close()
