"""Fixtures for data, real and simulated, and the one reason to skip a test for want of them."""

import pytest

from analysis import paths
from analysis.data import Study, load
from analysis.data.locate import locate
from analysis.data.registry import WORKBOOK

NO_DATA = "the real data are not on this machine"


def pytest_configure(config):
    config.addinivalue_line("markers", "needs_data: needs the real data files")


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
    """An empty folder in the place of ``data/raw``, and no ``$REPORT_DATA``."""
    folder = tmp_path / "raw"
    folder.mkdir()
    monkeypatch.setattr(paths, "RAW", folder)
    monkeypatch.delenv("REPORT_DATA", raising=False)
    return folder
