"""Scores of models that are fitted anew on resampled states.

Another sample would have given other states to be tested in, and other states to
learn from. Resampling states with the predictions held fixed shows the first
part of that alone. Here the whole test is run again on each resample: its states
are split into folds, and every fold is predicted by models fitted to the others.
Copies of a state go into one fold together, so that none is ever in training and
test at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from analysis.mobility.predict import scores
from analysis.mobility.predict.elastic_net import path, probabilities
from analysis.mobility.predict.elastic_net_search import SEARCH_TOLERANCE
from analysis.mobility.predict.folds import RANDOM, SCHEMES, SEED, SPLITS, Fold
from analysis.mobility.predict.out_of_fold import Predictions, score_of, small_problem, workers
from analysis.mobility.predict.pipelines import matrix
from analysis.mobility.predict.state_share import STATE, class_shares, state_codes
from analysis.store.cache import cached

DRAWS = {2: 80, 4: 40}  # by number of classes: four take longer to fit
REPEATS = 2
# So weak a penalty that none is felt, yet enough to stop where classes are separable.
UNPENALIZED = (np.array([1.0, 1e2, 1e4]), np.array([0.0]))
NET = "elastic net"

Refit = Callable[..., np.ndarray]
Draws = dict[str, np.ndarray]


def refit_all(
    zones: pd.DataFrame,
    features: tuple[str, ...],
    models: Mapping[str, Mapping[str, Predictions]],
) -> dict[str, dict[str, Draws]]:
    """Model to scheme to `refitted_scores`, for the models that are quick to fit."""
    result: dict[str, dict[str, Draws]] = {}
    names = tuple(name for name in models if name in REFITS)
    for scheme in SCHEMES:
        plain = models[NET][scheme]
        draws = DRAWS[plain.probability.shape[2]]
        scored = refitted_scores(
            names, matrix(zones, features), state_codes(zones), plain, scheme, draws
        )
        for name in names:
            result.setdefault(name, {})[scheme] = scored[name]
    return result


@cached
def refitted_scores(
    names: tuple[str, ...],
    values: np.ndarray,
    codes: np.ndarray,
    plain: Predictions,
    scheme: str,
    draws: int,
) -> dict[str, Draws]:
    """Scores over resamples of states, the models fitted anew on each.

    Parameters
    ----------
    names
        Keys of ``REFITS``.
    values, codes
        Traits, shape (n, p), gaps as NaN, and state codes, shape (n, 1).
    plain
        The elastic net's predictions in the sample itself. In the resamples it
        keeps the typical hyperparameters of those fits; the rest is learned again.
    scheme
        As in `folds.folds`.

    Returns
    -------
    dict
        Model to metric to shape (draws, ``REPEATS``): each resample is split into
        folds so many times. A draw in which a fold can't be learned is NaN. The
        resamples are the first of `scores.state_draws`, the same for all models.
    """
    counts = scores.state_draws(plain.states, draws).astype(int)
    known = values, codes, plain.truth, plain.states
    typical = typical_hyperparameters(plain.hyperparameters)
    jobs = [
        delayed(_draw)(names, *known, typical, scheme, drawn, SEED + index)
        for index, drawn in enumerate(np.repeat(counts, REPEATS, axis=0))
    ]
    rows = Parallel(n_jobs=workers())(jobs)
    return {
        name: {
            metric: np.array([row[name][metric] for row in rows]).reshape(draws, REPEATS)
            for metric in rows[0][name]
        }
        for name in names
    }


def typical_hyperparameters(hyperparameters: np.ndarray) -> tuple[float, float]:
    """Geometric mean of C and median of the l1 ratios that fits chose."""
    Cs, l1_ratios = hyperparameters[..., 0], hyperparameters[..., 1]
    return float(np.exp(np.log(Cs).mean())), float(np.median(l1_ratios))


def resampled_folds(
    scheme: str, truth: np.ndarray, states: np.ndarray, drawn: np.ndarray, seed: int
) -> list[Fold]:
    """Split a resample into folds as the sample itself is split.

    Parameters
    ----------
    drawn
        How often each zone is in the resample, shape (n,).

    Returns
    -------
    list of (train, test)
        Row numbers; those of the training rows are repeated as drawn.
    """
    seen = np.flatnonzero(drawn)
    if scheme == RANDOM:
        maker = StratifiedKFold(SPLITS, shuffle=True, random_state=seed)
        tests = [seen[test] for _, test in maker.split(seen, truth[seen])]
    else:
        rows = np.repeat(seen, drawn[seen])
        maker = StratifiedGroupKFold(SPLITS, shuffle=True, random_state=seed)
        split = maker.split(rows, truth[rows], states[rows])
        tests = [np.unique(rows[test]) for _, test in split]
    trains = [np.setdiff1d(seen, test) for test in tests]
    return [
        (np.repeat(train, drawn[train]), test) for train, test in zip(trains, tests, strict=True)
    ]


def _draw(
    names, values, codes, truth, states, hyperparameters, scheme, drawn, seed
) -> dict[str, dict]:
    size = truth.max() + 1
    predicted = {name: np.full((len(truth), size), np.nan) for name in names}
    with small_problem():
        for rows, test in resampled_folds(scheme, truth, states, drawn, seed):
            if len(np.unique(truth[rows])) < size:
                continue
            for name, probability in predicted.items():
                read = codes if name == STATE else values
                probability[test] = REFITS[name](read, truth, rows, test, hyperparameters)
    seen = drawn > 0
    result = {}
    for name, probability in predicted.items():
        whole = np.isfinite(probability[seen]).all()
        row = score_of(truth[seen], np.nan_to_num(probability[seen]), drawn[None, seen])
        result[name] = {metric: float(v[0]) if whole else np.nan for metric, v in row.items()}
    return result


def net(values, truth, rows, test, hyperparameters) -> np.ndarray:
    """Elastic net with given C and l1 ratio: class probabilities of the rows ``test``."""
    ready, unseen = standardized(values, rows, test)
    C, l1_ratio = hyperparameters
    fitted = path(ready, truth[rows], np.array([C]), np.array([l1_ratio]), SEARCH_TOLERANCE)
    return probabilities(unseen, fitted)[0, 0]


def _best_feature(values, truth, rows, test, _) -> np.ndarray:
    ready, unseen = standardized(values, rows, test)
    label = truth[rows] - truth[rows].mean()
    # With two classes the F statistic grows with the size of the correlation.
    best = np.abs(label @ ready).argmax()
    fitted = path(ready[:, [best]], truth[rows], *UNPENALIZED, SEARCH_TOLERANCE)
    return probabilities(unseen[:, [best]], fitted)[-1, 0]


def _majority(values, truth, rows, test, _) -> np.ndarray:
    shares = np.bincount(truth[rows]) / len(rows)
    return np.tile(shares, (len(test), 1))


def _state(values, truth, rows, test, _) -> np.ndarray:
    return class_shares(values[rows, 0], truth[rows], values[test, 0])


REFITS: Mapping[str, Refit] = MappingProxyType(
    {
        "majority class": _majority,
        STATE: _state,
        "best single feature": _best_feature,
        NET: net,
    }
)
"""The models that are quick to fit: each from traits, classes and rows to probabilities."""


def standardized(
    values: np.ndarray, rows: np.ndarray, test: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fill gaps and standardize by the training rows, as `pipelines.preparation` does.

    Returns
    -------
    tuple of ndarray
        The training rows and the test rows, shapes (len(rows), p) and (len(test), p).
    """
    train = values[rows]
    gaps = np.isnan(train)
    known = np.maximum((~gaps).sum(axis=0), 1)
    middle = np.where(gaps, 0.0, train).sum(axis=0) / known
    train = np.where(gaps, middle, train)
    spread = train.std(axis=0)
    # As in scikit-learn, what varies by rounding alone does not vary.
    spread = np.where(spread > 10 * np.finfo(float).eps * np.abs(middle), spread, 1.0)
    unseen = np.where(np.isnan(values[test]), middle, values[test])
    return (train - middle) / spread, (unseen - middle) / spread
