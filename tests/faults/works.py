"""What is struck: a card and answers made by hand, and functions that write.

Struck processes are forked from one that has imported this, with all that commands need.
"""

import os
import sys

import numpy as np
import openpyxl
import pandas as pd
import typst

import analysis.__main__ as command
import analysis.scorecard.cli
import analysis.scorecard.draft.draft_spec
from analysis import paths
from analysis.book.place import replaced
from analysis.scorecard.card import score
from analysis.scorecard.card.card import Card, CardLine, CardQuestion
from analysis.scorecard.card.lookup import Lookup
from analysis.scorecard.evaluation.accuracy import ACCURACY, TARGETING
from analysis.scorecard.output import files
from analysis.scorecard.selection.candidate_table import CANDIDATES
from analysis.store import cache

__all__ = ["analysis", "openpyxl", "score", "typst"]


def small_card() -> Card:
    curve = tuple(int(p) for p in np.linspace(900, 10, 101))
    lower = tuple(int(p) for p in np.linspace(800, 5, 101))
    lookup = Lookup(curve, (curve, lower))
    errors = (0.02, 0.03, 0.04)
    return Card(
        name="small",
        title="A small card",
        notice="Made by hand.",
        citation="Nobody",
        questions=(
            CardQuestion("roof", "What is the roof?", ("Straw", "Tin", "Tiles"), (0, 25, 60)),
            CardQuestion("radio", "Is there a radio?", ("No", "Yes"), (0, 40)),
        ),
        regions=("North", "South"),
        lines=(CardLine("line", "the poor", None, lookup, lookup, errors, errors, 0.1, 0.1),),
        scale=5.0,
        rounding=0.5,
        build_info={"households": 100, "households_per_area": 10.0},
    )


def answers(households: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "roof": rng.choice(["Straw", "Tin", "Tiles"], households),
            "radio": rng.choice(["No", "Yes"], households),
            "region": rng.choice(["North", "South"], households),
            "weight": 1.0,
            "size": 3.0,
        }
    )


def as_a_command(work, *given):
    """Run a function as a command is run: a refusal is one sentence and code 2."""

    def parsed(arguments):
        return type("Parsed", (), {"run": lambda self, _: work(*given) or 0})()

    command._parser = lambda name: type("Parser", (), {"parse_args": staticmethod(parsed)})()
    if code := command.main([""]):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def make_site(folder):
    with replaced(folder / "_book") as new:
        for name in ("index.html", "a/page.html", "results/x.csv"):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_text("new")


class Study:
    """As much of a study as its outputs are written from."""

    def __init__(self):
        self.card = small_card()
        self.survey = type("Survey", (), {"items": self.card.questions})()
        table = pd.DataFrame({"question": ["roof", "radio"], "chosen": True})
        table = table.reindex(columns=CANDIDATES)
        self.selection = type("Selection", (), {"candidates": table, "rule": "exchange"})()
        self.baselines, self.regional = {}, None
        tables = {"accuracy": ACCURACY, "targeting": TARGETING}
        tables = {name: pd.DataFrame([[0.8] * len(of)], columns=of) for name, of in tables.items()}
        self.evaluation = type("Evaluation", (), tables)()


def card_into(folder):
    files.write_study(Study(), folder / "card")


def volume_of_card(folder):
    """Write a card into the root of a volume, which can't be swapped."""
    files.write_study(Study(), folder)


def steady_card(folder):
    """Write a card whose PDF and form carry no time, so that any two are alike."""
    files.write_sheet = lambda card, path: path.write_bytes(b"sheet" * 1000)
    files.write_form = lambda card, path: path.write_bytes(b"form" * 1000)
    card_into(folder)


def cache_entry(folder):
    paths.CACHE = folder
    cache.put("pages", "entry", np.random.default_rng(0).bytes(3000))
