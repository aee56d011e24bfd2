"""A household survey with a known, sparse truth.

Ten of its questions decide who is poor; the others are noise, some of it
correlated with the true ones through a latent standard of living that has no
effect of its own. Log welfare is linear in the true answers with logistic
errors, so that for any amount c the probability to be below c is exactly
logistic: P(poor) = σ(logit + scale · log(c) − constant).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.scorecard.survey.answers import HOUSEHOLD, INDIVIDUAL
from analysis.scorecard.survey.data_files import Table

REGIONS = ("North", "East", "South", "West", "Capital")
REGION_LOGIT = np.array([0.6, 0.3, 0.0, 0.2, -0.7])
EA_SIZE = 20
SLOPE = 3.0  # logits to one unit of log welfare

YES_NO = ("No", "Yes")
# answers and the logit of poverty that each adds, worst first; the load on the latent living
# standard; the share of households at or below each answer
TRUE = {
    "roof": (("Thatch", "Metal sheets", "Tiles or concrete"), (1.7, 0.6, 0.0), 0.4, (0.3, 0.75)),
    "floor": (("Earth", "Cement or tiles"), (1.3, 0.0), 0.4, (0.4,)),
    "toilet": (("None", "Pit", "Flush"), (1.6, 0.7, 0.0), 0.4, (0.25, 0.7)),
    "fuel": (("Wood", "Charcoal", "Gas or electricity"), (1.8, 0.8, 0.0), 0.4, (0.35, 0.75)),
    "fridge": (YES_NO, (1.4, 0.0), 0.4, (0.65,)),
    "television": (YES_NO, (1.2, 0.0), 0.4, (0.5,)),
    "smartphone": (YES_NO, (1.3, 0.0), 0.4, (0.55,)),
}
NOISE = {
    "walls": (("Mud", "Bricks", "Concrete"), 0.6, (0.4, 0.8)),
    "water": (("River", "Well", "Tap"), 0.6, (0.2, 0.6)),
    "lamp": (("Candle", "Solar", "Grid"), 0.6, (0.3, 0.6)),
    "bed": (YES_NO, 0.5, (0.4,)),
    "sofa": (YES_NO, 0.5, (0.6,)),
    "iron": (YES_NO, 0.5, (0.5,)),
    "radio": (YES_NO, 0.3, (0.45,)),
    "clock": (YES_NO, 0.3, (0.5,)),
    "bicycle": (YES_NO, 0.0, (0.6,)),
    "goats": (("None", "One or two", "Three or more"), 0.0, (0.5, 0.8)),
    "garden": (YES_NO, 0.0, (0.5,)),
    "boat": (YES_NO, 0.0, (0.85,)),
    "nets": (("None", "One", "Two or more"), 0.0, (0.3, 0.7)),
}
CHILD_LOGIT = 0.75  # each child under 15, up to three
OUT_OF_SCHOOL_LOGIT = 1.5
ILLITERATE_HEAD_LOGIT = 1.3
TRUE_QUESTIONS = (*TRUE, "children", "school", "head_reads")


@dataclass(frozen=True)
class Simulated:
    """A simulated survey: its two files, and each household's true logit at welfare 1000."""

    households: Table
    people: Table
    logit: np.ndarray


def simulate_tables(households: int, seed: int) -> dict[str, Table]:
    """The household and the individual file of a simulated survey."""
    drawn = simulate(households, seed)
    return {HOUSEHOLD: drawn.households, INDIVIDUAL: drawn.people}


def simulate(households: int, seed: int) -> Simulated:
    """Draw a survey of clustered households.

    Parameters
    ----------
    households : int
        Number of households, in enumeration areas of ``EA_SIZE``.
    seed : int

    Returns
    -------
    Simulated
    """
    rng = np.random.default_rng(seed)
    ea = np.arange(households) // EA_SIZE
    clusters = ea[-1] + 1
    # every stratum has clusters, however small the survey
    stratum = rng.permutation(np.arange(clusters) % (2 * len(REGIONS)))
    region, urban = (stratum // 2)[ea], (stratum % 2)[ea].astype(bool)
    living = 0.6 * rng.normal(size=clusters)[ea] + 0.8 * rng.normal(size=households) + 0.4 * urban
    frame = pd.DataFrame(
        {
            "household": np.arange(households),
            "ea": ea,
            "region": region,
            "area": urban.astype(int),
            "weight": rng.uniform(50, 150, size=clusters)[ea] * np.where(urban, 1.5, 1.0),
        }
    )
    logit = REGION_LOGIT[region].copy()
    labels = {"region": dict(enumerate(REGIONS)), "area": {0: "Rural", 1: "Urban"}}
    for name, (answers, effects, load, cuts) in TRUE.items():
        frame[name] = _category(rng, living, load, cuts)
        logit += np.array(effects)[frame[name]]
        labels[name] = dict(enumerate(answers))
    for name, (answers, load, cuts) in NOISE.items():
        frame[name] = _category(rng, living, load, cuts)
        labels[name] = dict(enumerate(answers))
    people, size, effect = _people(rng, living)
    logit += effect
    frame["members"] = size
    center = 5.0
    frame["consumption"] = 1000 * np.exp((center - logit - rng.logistic(size=households)) / SLOPE)
    return Simulated(Table("simulated households", frame, labels), people, logit - center)


def _category(rng, living: np.ndarray, load: float, cuts: tuple) -> np.ndarray:
    """Answers, worst first: a latent that shares ``load`` with the living standard, cut up."""
    latent = load * living + np.sqrt(1 - load**2) * rng.normal(size=len(living))
    return np.searchsorted(np.quantile(latent, cuts), latent)


def _people(rng, living: np.ndarray) -> tuple[Table, np.ndarray, np.ndarray]:
    """Persons of each household, household sizes, and what they add to the logit."""
    n = len(living)
    adults = 1 + rng.binomial(2, 0.6, size=n)
    children = rng.poisson(1.6, size=n).clip(max=6)
    size = adults + children
    household = np.repeat(np.arange(n), size)
    number = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    adult = number < np.repeat(adults, size)
    age = np.where(adult, rng.integers(18, 80, size=len(adult)), rng.integers(0, 15, len(adult)))
    pupil = ~adult & (age >= 6)
    sends = rng.random(n) < 0.75
    attends = pupil & (sends[household] | (rng.random(len(adult)) < 0.4))
    reads = adult & (rng.random(len(adult)) < 0.65)
    head = number == 0
    out = np.bincount(household[pupil & ~attends], minlength=n) > 0
    effect = (
        CHILD_LOGIT * children.clip(max=3)
        + OUT_OF_SCHOOL_LOGIT * out
        + ILLITERATE_HEAD_LOGIT * ~reads[head]
    )
    frame = pd.DataFrame(
        {
            "household": household,
            "person": number + 1,
            "relation": np.where(head, 1, np.where(adult, 2, 3)),
            "sex": rng.integers(1, 3, size=len(adult)),
            "age": age,
            "attends": attends.astype(int),
            "reads": reads.astype(int),
        }
    )
    labels = {
        "relation": {1: "Head", 2: "Other adult", 3: "Child"},
        "sex": {1: "Male", 2: "Female"},
        "attends": {0: "No", 1: "Yes"},
        "reads": {0: "No", 1: "Yes"},
    }
    return Table("simulated persons", frame, labels), size, effect
