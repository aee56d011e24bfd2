"""Simulated surveys with a known truth that the shipped simulation does not have."""

import numpy as np
from scipy.special import expit

from analysis.scorecard.survey.survey import Item, PovertyLine, Survey

AREA = 20  # households
REGIONS = 4


def survey_of(codes, answers, poor, rng, *, names=None, size=None, area=None):
    """A survey of answer codes, in areas of ``AREA`` households in ``REGIONS`` regions."""
    n, questions = codes.shape
    area = np.arange(n) // AREA if area is None else area
    names = names or [f"q{j}" for j in range(questions)]
    items = tuple(
        Item(name, f"What about {name}?", tuple(f"{name} {k}" for k in range(count)))
        for name, count in zip(names, answers, strict=True)
    )
    region = area % REGIONS
    return Survey(
        name="world", title="A simulated world", notice=None, items=items,
        codes=codes.astype(np.uint8), key=np.arange(n).astype(str),
        weight=rng.uniform(0.5, 1.5, size=area.max() + 1)[area],
        size=np.ones(n) if size is None else size,
        region=region, regions=tuple(f"R{r}" for r in range(REGIONS)), stratum=region,
        cluster=area, urban=None, welfare=None,
        lines=(PovertyLine("line", "the poor", float("nan"), poor),),
    )  # fmt: skip


def cut(latent, shares):
    """Answer codes of a latent trait, cut at its quantiles."""
    return np.searchsorted(np.quantile(latent, shares), latent)


def repeating(households, seed):
    """Ten true questions, of which three have five noisy copies each that add nothing.

    Returns
    -------
    survey : Survey
        33 candidates: ``true0`` to ``true9``, copies ``copy0a`` … ``copy2e``, ``noise0`` ….
    """
    rng = np.random.default_rng(seed)
    true = rng.normal(size=(households, 10))
    effects = np.array([2.4, 2.2, 2.0, 1.0, 1.0, 0.9, 0.9, 0.8, 0.8, 0.8])
    codes, names = [], []
    for j in range(10):
        codes.append(cut(true[:, j], (0.35, 0.7)))
        names.append(f"true{j}")
    eta = sum(e * (1 - c) for e, c in zip(effects, codes, strict=True))
    for j in range(3):
        for letter in "abcde":
            blurred = 0.9 * true[:, j] + np.sqrt(1 - 0.81) * rng.normal(size=households)
            codes.append(cut(blurred, (0.3, 0.6)))
            names.append(f"copy{j}{letter}")
    for j in range(8):
        codes.append(cut(rng.normal(size=households), (0.5,)))
        names.append(f"noise{j}")
    poor = rng.random(households) < expit(eta - 0.4)
    codes = np.column_stack(codes)
    return survey_of(codes, codes.max(axis=0) + 1, poor, rng, names=names)


def separable(households, candidates, seed, noise=0.5):
    """Answers that nearly tell the status: many candidates, each with a large effect."""
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(households, candidates))
    latent += 1.5 * rng.normal(size=households)[:, None]
    codes = np.column_stack([cut(x, (0.25, 0.5, 0.75)) for x in latent.T])
    eta = codes.sum(axis=1) - np.median(codes.sum(axis=1))
    poor = eta + rng.logistic(size=households) * noise < 0
    return survey_of(codes, codes.max(axis=0) + 1, poor, rng)
