"""Fixtures for maps: geometry of both studies, a small page and a browser without a network."""

import re
import shutil
from pathlib import Path

import plotly
import pytest

from analysis.data import load
from analysis.data.locate import locate
from analysis.data.registry import WORKBOOK
from analysis.paths import PROCESSED, THEME
from analysis.publish.geometry.build import county_geometry, zone_geometry
from analysis.publish.geometry.script import write_script

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@pytest.fixture(scope="session")
def here_study():
    """The study that the report would be built on here: real if its files are here."""
    return load(simulated=locate(WORKBOOK) is None)


@pytest.fixture(scope="session")
def geometry(here_study):
    return zone_geometry(here_study.counties)


@pytest.fixture(scope="session")
def counties_geometry(here_study):
    return county_geometry(here_study.counties)


@pytest.fixture
def make_page(tmp_path, geometry, counties_geometry):
    """A function that writes a page with figures and gives its address."""
    kinds = {"zones": geometry, "counties": counties_geometry}

    def make(*figures: str, head: str = "") -> str:
        shapes = [n for n in kinds if any(f'data-shapes="{n}"' in text for text in figures)]
        for name in shapes:
            write_script(tmp_path / f"{name}.js", kinds[name])
        for file in (PLOTLY_JS, THEME / "figures.js", THEME / "figures.css"):
            shutil.copy(file, tmp_path)
        for text in figures:
            for file in re.findall(r'(?:src|srcset|data-source)="figures/([^"]+)"', text):
                (tmp_path / "figures").mkdir(exist_ok=True)
                shutil.copy(PROCESSED / "figures" / file, tmp_path / "figures")
        page = tmp_path / "page.html"
        page.write_text(
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Figures</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,"><link rel="stylesheet" href="figures.css">'
            f'{head}<script src="figures.js" defer></script></head>'
            f"<body><main><h1>Figures</h1>{''.join(figures)}</main></body>",
            encoding="utf-8",
        )
        return page.as_uri()

    return make


class Visit:
    """A page, with every request and every complaint that it made."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.route("http*://**", lambda route: route.abort())
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    @property
    def outside(self):
        return [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def visit(browser):
    visits = []

    def start(**options):
        visits.append(Visit(browser, **options))
        return visits[-1]

    yield start
    for one in visits:
        one.context.close()
