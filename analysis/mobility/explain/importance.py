"""What a model loses on states it has not seen when a trait is shuffled.

Shuffling one of several correlated traits loses little, because the others stand
in for it; so whole domains of the codebook are shuffled together as well.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from analysis.data.names import FEATURES
from analysis.mobility.associate.weightings import draws_with_estimate, with_interval
from analysis.mobility.explain.held_out import HeldOut, held_out_models
from analysis.mobility.explain.models import ELASTIC_NET, LABEL
from analysis.mobility.predict.pipelines import matrix
from analysis.mobility.predict.scores import binary_scores
from analysis.store.cache import cached

REPEATS = 5
RESAMPLES = 200
SEED = 1993


def domains(
    codebook: pd.DataFrame, features: tuple[str, ...] = FEATURES
) -> dict[str, tuple[str, ...]]:
    """Features of each domain of the codebook, in the order of ``features``."""
    domain = codebook.loc[list(features), "domain"]
    return {name: tuple(domain.index[domain == name]) for name in domain.unique()}


@cached
@threadpool_limits.wrap(limits=1)  # small problems run faster on one thread each
def importance_table(
    zones: pd.DataFrame,
    groups: Mapping[str, tuple[str, ...]],
    model: str = ELASTIC_NET,
    features: tuple[str, ...] = FEATURES,
    *,
    repeats: int = REPEATS,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> pd.DataFrame:
    """Permutation importance (Breiman 2001) of single traits and of groups.

    The columns of a group are shuffled together, within the held-out fold, so
    that what they say of each other is kept. Intervals resample the held-out
    states, with models and shuffles given; they do not tell how much the model
    would change if it were fitted to other states.

    Parameters
    ----------
    groups : mapping of str to tuple of str
        Name and features of each group, for example of ``domains``.

    Returns
    -------
    DataFrame
        Largest drop in AUC first: ``name`` (feature or group), ``kind``
        ("feature", "group"), ``features`` (how many were shuffled), ``model``,
        ``auc_drop``, ``auc_low``, ``auc_high``, ``log_loss_rise``,
        ``log_loss_low``, ``log_loss_high``. ``attrs`` holds ``auc`` and
        ``log_loss`` of the model with nothing shuffled.
    """
    held_out = held_out_models(zones, model, features, 1)
    sets = [("feature", name, (name,)) for name in features]
    sets += [("group", name, tuple(members)) for name, members in groups.items()]
    whole, shuffled = _probabilities(zones, held_out, features, [s[2] for s in sets], repeats, seed)

    labels = zones[LABEL].to_numpy(int)
    counts = draws_with_estimate(zones["state"].to_numpy(), resamples, seed)
    base_auc, base_loss = _scores(labels, whole, counts)
    rows = []
    for (kind, name, members), probabilities in zip(sets, shuffled, strict=True):
        scored = np.array([_scores(labels, row, counts) for row in probabilities]).mean(axis=0)
        drop, rise = base_auc - scored[0], scored[1] - base_loss
        measures = (*with_interval(drop), *with_interval(rise))
        rows.append((name, kind, len(members), model, *measures))
    columns = ["name", "kind", "features", "model", "auc_drop", "auc_low", "auc_high"]
    columns += ["log_loss_rise", "log_loss_low", "log_loss_high"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values("auc_drop", ascending=False, ignore_index=True)
    table.attrs = {"auc": float(base_auc[0]), "log_loss": float(base_loss[0])}
    return table


def _probabilities(
    zones: pd.DataFrame,
    held_out: HeldOut,
    features: tuple[str, ...],
    sets: list[tuple[str, ...]],
    repeats: int,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Held-out probabilities as they are, (n,), and shuffled, (sets, repeats, n)."""
    rng = np.random.default_rng(seed)
    columns = [[features.index(name) for name in members] for members in sets]
    values = matrix(zones, features)
    whole = np.empty(len(zones))
    shuffled = np.empty((len(sets), repeats, len(zones)))
    for rows, model in zip(held_out.tests, held_out.models, strict=True):
        block = values[rows]
        # One set of orders for all traits, so that traits differ by what they are
        # and not by the shuffle.
        orders = np.array([rng.permutation(len(rows)) for _ in range(repeats)])
        copies = np.broadcast_to(block, (len(sets), repeats, *block.shape)).copy()
        for index, chosen in enumerate(columns):
            copies[index][..., chosen] = block[orders][..., chosen]
        stacked = np.concatenate([block, copies.reshape(-1, len(features))])
        probability = model.predict_proba(stacked)[:, 1]
        whole[rows] = probability[: len(rows)]
        shuffled[..., rows] = probability[len(rows) :].reshape(len(sets), repeats, len(rows))
    return whole, shuffled


def _scores(
    labels: np.ndarray, probability: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    result = binary_scores(labels, probability, counts)
    return result["AUC"], result["log-loss"]
