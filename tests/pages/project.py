"""A small project: the report's own code, theme and settings around a few chapters.

Its data are simulated and its chapters fit next to nothing, so that everything
about building can be tried in seconds: both builds, editing, faults.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import yaml

from analysis.data.fetching import REFUSED
from analysis.paths import ROOT

SMALL = Path(__file__).parent / "small"
CHAPTERS = {
    "chapters": [
        "index.qmd",
        {"part": "First part", "chapters": ["report/kinds.qmd", "report/words.qmd"]},
        {"part": "Second part", "chapters": ["report/widgets.qmd"]},
        "report/references.qmd",
    ],
    "appendices": ["report/colophon.qmd"],
}
COPIED = ("analysis", "report/theme", "report/filters", "data/surveys")
# What names must not do: each stands for the name of a zone in the small book.
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "```{=html}<script>alert(1)</script>```",
    "[click](javascript:alert(1))",
    "![](x.png)",
    "@fig-line",
    "@chetty2014land",
    "{.x} {#y}",
    "{{< include index.qmd >}}",
    "[^1]",
    "$x^2$",
    "**bold** _italic_ ~~gone~~",
    "`code`",
    "# Heading",
    "::: {.callout-note}",
    "| a | b |",
    "a | b",
    "\"quoted\" and 'quoted'",
    "back\\slash",
    "&lt;b&gt; &amp; &#60;",
    "<b>bold</b>",
    '#import "x.typ"',
    "#{panic()}",
    "<label>",
    "1. first",
    "`{python} 1`",
    "<!-- gone -->",
    "~sub~ ^sup^",
    "Zoë, São Tomé, 𗼇𗟲",  # Tangut, which hardly any machine has a font for
)
NAMES = 'zones["zone"] = [f"Zone {cz:05d}" for cz in zones["cz"]]\n'
RESULT_FILES = """\
from analysis.publish.site_files import write_table

RESULT_FILES = ()


def write_all(study):
    yield write_table("commuting_zones.csv", study.zones[["cz"]])
"""
NOTHING_TO_FIT = {
    "analysis/publish/results/fits.py": "def fit_all(study, report=print):\n    pass\n",
    "analysis/publish/results/result_files.py": RESULT_FILES,
}


def make_project(folder: Path) -> Path:
    """Copy what a project is made of into a folder, around the small book's chapters."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored, dirs_exist_ok=True)
    shutil.copy(ROOT / "requirements.txt", folder)
    for table in (ROOT / "data").glob("*.csv"):
        shutil.copy(table, folder / "data")
    shutil.copy(ROOT / "report" / "references.bib", folder / "report")
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    # Its data are simulated whether there is a network or not.
    (folder / "data" / "raw").mkdir()
    (folder / "data" / "raw" / REFUSED).touch()
    for name, text in NOTHING_TO_FIT.items():
        (folder / name).write_text(text, encoding="utf-8")
    simulated = folder / "analysis" / "data" / "simulate.py"
    text = simulated.read_text(encoding="utf-8")
    assert NAMES in text
    hostile = f"{NAMES}    zones.loc[: {len(HOSTILE) - 1}, 'zone'] = {list(HOSTILE)!r}\n"
    simulated.write_text(text.replace(NAMES, hostile), encoding="utf-8")
    settings = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    settings["book"] |= CHAPTERS
    (folder / "_quarto.yml").write_text(yaml.safe_dump(settings, sort_keys=False))
    return folder


class Command:
    """A command of the package that runs in a project on its own; nothing it says is lost."""

    def __init__(self, project: Path, *words: str, said: Path | None = None, **settings: str):
        self.said = (said or project) / f"{words[0]}.txt"
        left_out = {"REPORT_BUILD"} if project == ROOT else {"REPORT_BUILD", "REPORT_DATA"}
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        with self.said.open("w") as said:
            # A group of its own, so that what it started ends with it.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "analysis", *words],
                cwd=project,
                env={**environment, **settings, "PYTHONPATH": str(project)},
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def finished(self, code: int = 0) -> str:
        """Wait for its end and give what it said."""
        assert self.process.wait(timeout=1800) == code, self.said.read_text()
        return self.said.read_text()

    def end(self) -> None:
        """End it where it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(timeout=180)  # a busy machine takes its time
