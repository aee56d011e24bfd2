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

from collections.abc import Iterator
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import Pipeline

from analysis.mobility.explain.models import standard


class Leaf(NamedTuple):
    """A leaf: its value and, for each trait on the way to it, low < x <= high."""

    value: float
    columns: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Tree(NamedTuple):
    """Nodes of a tree: column -1 marks a leaf; x <= threshold goes left."""

    column: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray


def shapley(model: Pipeline, zones: pd.DataFrame, background: pd.DataFrame) -> pd.DataFrame:
    """Exact Shapley values of a fitted linear, forest or boosting model.

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
    names = list(model.feature_names_in_)
    inside, around = standard(model, zones), standard(model, background)
    if isinstance(model[-1], (HistGradientBoostingClassifier, RandomForestClassifier)):
        if isinstance(model[-1], RandomForestClassifier):
            # A forest compares single-precision numbers.
            inside, around = inside.astype(np.float32), around.astype(np.float32)
        values = tree_shapley(trees(model[-1]), inside, around)
    elif hasattr(model[-1], "coef_"):
        values = (inside - around.mean(axis=0)) * model[-1].coef_[0]
    else:
        raise TypeError(f"no exact Shapley values for a {type(model[-1]).__name__}")
    frame = pd.DataFrame(values, columns=names)
    frame.insert(0, "cz", zones["cz"].to_numpy())
    frame["baseline"] = float(_raw(model[-1], around).mean())
    frame["score"] = _raw(model[-1], inside)
    return frame


def tree_shapley(
    forest: list[Tree], inside: np.ndarray, background: np.ndarray
) -> np.ndarray:
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
    waiting: list[tuple[int, dict[int, tuple[float, float]]]] = [(0, {})]
    while waiting:
        node, bounds = waiting.pop()
        column = int(tree.column[node])
        if column < 0:
            columns = np.array(list(bounds), int)
            low, high = np.array(list(bounds.values())).reshape(-1, 2).T
            yield Leaf(float(tree.value[node]), columns, low, high)
            continue
        low, high = bounds.get(column, (-np.inf, np.inf))
        cut = tree.threshold[node]
        waiting.append((int(tree.left[node]), {**bounds, column: (low, min(high, cut))}))
        waiting.append((int(tree.right[node]), {**bounds, column: (max(low, cut), high)}))


def _add_leaf(total: np.ndarray, leaf: Leaf, inside: np.ndarray, background: np.ndarray) -> None:
    """Add the Shapley values of one leaf to the total, in place."""
    if not len(leaf.columns):
        return
    # Rows that are in bounds for the same traits are alike here, so each kind is done once.
    kinds, kind_of = np.unique(_in_bounds(leaf, inside), axis=0, return_inverse=True)
    others, times = np.unique(_in_bounds(leaf, background), axis=0, return_counts=True)
    kinds, others = kinds.astype(float), others.astype(float)
    for_zone = kinds @ (1 - others).T
    for_other = (1 - kinds) @ others.T
    reachable = (1 - kinds) @ (1 - others).T == 0
    gain, loss = _weights(len(leaf.columns))
    p, q = for_zone.astype(int), for_other.astype(int)
    share = reachable * times / times.sum() * leaf.value
    up = kinds * ((gain[p, q] * share) @ (1 - others))
    down = (1 - kinds) * ((loss[p, q] * share) @ others)
    total[:, leaf.columns] += (up - down)[kind_of.ravel()]


def _in_bounds(leaf: Leaf, rows: np.ndarray) -> np.ndarray:
    values = rows[:, leaf.columns]
    return (values > leaf.low) & (values <= leaf.high)


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
    return Tree(column, tree.threshold, tree.children_left, tree.children_right, share / many)


def _boosting_tree(nodes: np.ndarray) -> Tree:
    column = np.where(nodes["is_leaf"], -1, nodes["feature_idx"].astype(int))
    return Tree(column, nodes["num_threshold"], nodes["left"], nodes["right"], nodes["value"])


def _raw(model, rows: np.ndarray) -> np.ndarray:
    """Score of rows that are imputed and scaled already."""
    if hasattr(model, "decision_function"):
        return model.decision_function(rows)
    return model.predict_proba(rows)[:, 1]
