"""Shapley values of single predictions: what each trait adds, over all orders of adding.

The value of a set of traits is the model's mean score when those traits are the
zone's own and all others are those of a background zone ("interventional", Janzing
and others 2020). All models are given the same meaning of "absent", so that their
explanations can be compared. Values of a zone add up to its score minus the mean
score of the background.

For trees the sum over sets is done leaf by leaf, exactly. A leaf pays its value where
every trait on the way to it is in bounds. Given a zone and a background zone, traits
in bounds for both do not matter and a trait in bounds for neither closes the leaf;
what is left is a game in which p traits must be the zone's and q the background's,
whose Shapley values have a closed form (Lundberg and others 2020, supplement).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline

from analysis.data.names import FEATURES
from analysis.mobility.explain.models import fitted, prepared, score
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.pipelines import matrix
from analysis.store.cache import cached


class Leaf(NamedTuple):
    """A leaf: its value and, for each trait on the way to it, low < x <= high.

    ``gaps`` tells whether a missing value is let through.
    """

    value: float
    columns: np.ndarray
    low: np.ndarray
    high: np.ndarray
    gaps: np.ndarray


class Tree(NamedTuple):
    """Nodes of a tree: column -1 marks a leaf; x <= threshold goes left.

    ``gap_left`` tells whether a missing value goes left.
    """

    column: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    gap_left: np.ndarray
    value: np.ndarray


@cached
def shapley_of_all(zones: pd.DataFrame, model: str) -> pd.DataFrame:
    """`shapley` of every zone, among all of them, for a model called by name.

    Its name stands for the model, since a fitted one has other bytes in each process.
    """
    return shapley(fitted(zones, model), zones, zones)


def shapley(
    model: ClassifierMixin,
    zones: pd.DataFrame,
    background: pd.DataFrame,
    features: tuple[str, ...] = FEATURES,
) -> pd.DataFrame:
    """Exact Shapley values of a fitted elastic net, forest or boosting model.

    Returns
    -------
    DataFrame
        One row a zone: ``cz``, one column a feature, ``baseline`` (mean score of
        the background) and ``score``, which is the sum of all of them: log-odds,
        or the probability for the forest (see ``models.score``).

    Raises
    ------
    TypeError
        If the model is none of the three.
    """
    inside, around = matrix(zones, features), matrix(background, features)
    values = _values(model, prepared(model, inside), prepared(model, around))
    frame = pd.DataFrame(values, columns=list(features))
    frame.insert(0, "cz", zones["cz"].to_numpy())
    return frame.assign(baseline=score(model, around).mean(), score=score(model, inside))


def _values(model: ClassifierMixin, inside: np.ndarray, around: np.ndarray) -> np.ndarray:
    if isinstance(model, ElasticNetSearch):
        return (inside - around.mean(axis=0)) * model.coef_[0]
    last = model[-1] if isinstance(model, Pipeline) else model
    if isinstance(last, RandomForestClassifier):
        # A forest compares single-precision numbers.
        inside, around = inside.astype(np.float32), around.astype(np.float32)
    elif not isinstance(last, HistGradientBoostingClassifier):
        raise TypeError(f"no exact Shapley values for a {type(last).__name__}")
    return tree_shapley(trees(last), inside, around)


def tree_shapley(forest: list[Tree], inside: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Shapley values of a sum of trees, shape (n, p).

    Parameters
    ----------
    forest : list of Tree
    inside : ndarray, shape (n, p)
        Rows to explain.
    background : ndarray, shape (m, p)
        Rows that stand for absent traits, each as likely as any other.
    """
    total = np.zeros(inside.shape)
    for tree in forest:
        for leaf in leaves(tree):
            _add_leaf(total, leaf, inside, background)
    return total


def trees(model: HistGradientBoostingClassifier | RandomForestClassifier) -> list[Tree]:
    """Trees whose sum, plus the boosting model's start value, is the model's score."""
    if isinstance(model, RandomForestClassifier):
        return [_forest_tree(one.tree_, len(model.estimators_)) for one in model.estimators_]
    return [_boosting_tree(stage[0].nodes) for stage in model._predictors]


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Leaves of a tree with the bounds that lead to each."""
    waiting: list[tuple[int, dict[int, tuple[float, float, bool]]]] = [(0, {})]
    while waiting:
        node, bounds = waiting.pop()
        column = int(tree.column[node])
        if column < 0:
            low, high, gaps = np.array(list(bounds.values()), float).reshape(-1, 3).T
            columns = np.array(list(bounds), int)
            yield Leaf(float(tree.value[node]), columns, low, high, gaps.astype(bool))
            continue
        low, high, gap = bounds.get(column, (-np.inf, np.inf, True))
        cut, gap_left = tree.threshold[node], bool(tree.gap_left[node])
        below = (low, min(high, cut), gap and gap_left)
        above = (max(low, cut), high, gap and not gap_left)
        waiting.append((int(tree.left[node]), {**bounds, column: below}))
        waiting.append((int(tree.right[node]), {**bounds, column: above}))


def _add_leaf(total: np.ndarray, leaf: Leaf, inside: np.ndarray, background: np.ndarray) -> None:
    """Add the Shapley values of one leaf to the total, in place."""
    if not len(leaf.columns):
        return
    # Rows that are in bounds for the same traits are alike here, so each kind is done once.
    kinds, kind_of, _ = _distinct(_in_bounds(leaf, inside))
    others, _, counts = _distinct(_in_bounds(leaf, background))
    for_zone = kinds @ (1 - others).T
    for_other = (1 - kinds) @ others.T
    reachable = (1 - kinds) @ (1 - others).T == 0
    gain, loss = _weights(len(leaf.columns))
    p, q = for_zone.astype(int), for_other.astype(int)
    share = reachable * counts / counts.sum() * leaf.value
    up = kinds * ((gain[p, q] * share) @ (1 - others))
    down = (1 - kinds) * ((loss[p, q] * share) @ others)
    total[:, leaf.columns] += (up - down)[kind_of]


def _in_bounds(leaf: Leaf, rows: np.ndarray) -> np.ndarray:
    values = rows[:, leaf.columns]
    return np.where(np.isnan(values), leaf.gaps, (values > leaf.low) & (values <= leaf.high))


def _distinct(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct rows of zeros and ones, which of them each row is, and how many rows are it."""
    # Read as one binary number, exact up to 53 columns, a row sorts quickly.
    inside = inside.astype(float)
    numbers = inside @ 2.0 ** np.arange(inside.shape[1])
    _, first, kind_of, counts = np.unique(
        numbers, return_index=True, return_inverse=True, return_counts=True
    )
    return inside[first], kind_of, counts


@functools.cache
def _weights(most: int) -> tuple[np.ndarray, np.ndarray]:
    """Closed form of the game: (p-1)! q! / (p+q)! for each of the p, p! (q-1)! / (p+q)!."""
    gain, loss = np.zeros((most + 1, most + 1)), np.zeros((most + 1, most + 1))
    for p in range(most + 1):
        for q in range(most + 1 - p):
            if p:
                gain[p, q] = factorial(p - 1) * factorial(q) / factorial(p + q)
            if q:
                loss[p, q] = factorial(p) * factorial(q - 1) / factorial(p + q)
    return gain, loss


def _forest_tree(tree, many: int) -> Tree:
    counts = tree.value[:, 0, :]
    share = counts[:, 1] / counts.sum(axis=1)
    column = np.where(tree.children_left < 0, -1, tree.feature)
    # A forest is given no missing values.
    gap_left = np.zeros(len(column), bool)
    sides = (tree.children_left, tree.children_right)
    return Tree(column, tree.threshold, *sides, gap_left, share / many)


def _boosting_tree(nodes: np.ndarray) -> Tree:
    column = np.where(nodes["is_leaf"], -1, nodes["feature_idx"].astype(int))
    return Tree(
        column,
        nodes["num_threshold"],
        nodes["left"],
        nodes["right"],
        nodes["missing_go_to_left"].astype(bool),
        nodes["value"],
    )
