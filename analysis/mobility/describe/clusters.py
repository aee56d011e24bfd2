"""Kinds of communities: k-means on features alone, never on the target or its labels."""

from __future__ import annotations

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from analysis.data import Study
from analysis.data.names import FEATURES, TARGET
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.out_of_fold import LABELS, Predictions, predict, workers
from analysis.mobility.predict.pipelines import matrix, preparation
from analysis.store.cache import cached

COUNT = 4
LARGEST = 10
STARTS = 20
RESAMPLES = 50
SEED = 4
# For the kinds found in the published data, in the order of their mean target.
NAMES = ("Hard-pressed South", "Divided metropolises", "Middle-class cities", "Open country")


def cluster_zones(
    zones: pd.DataFrame, features: tuple[str, ...] = FEATURES, count: int = COUNT
) -> pd.Series:
    """Assign each zone to a cluster, from standardized features (gaps at the mean).

    Clusters are numbered from 1 in the order of their mean target, for
    readability; the target has no part in forming them.

    Returns
    -------
    Series
        ``cluster``, aligned with ``zones``.
    """
    labels = _kmeans(count).fit_predict(_ready(zones, features))
    order = zones[TARGET].groupby(labels).mean().sort_values().index
    numbers = {old: new for new, old in enumerate(order, start=1)}
    return pd.Series([numbers[k] for k in labels], index=zones.index, name="cluster")


def kind_names(study: Study) -> dict[int, str]:
    """Name of each cluster, by its number; made-up zones get numbers for names."""
    return {
        number: f"Kind {number}" if study.simulated else name
        for number, name in enumerate(NAMES, start=1)
    }


@cached
def choice_of_count(
    zones: pd.DataFrame, features: tuple[str, ...] = FEATURES, largest: int = LARGEST
) -> pd.DataFrame:
    """What each number of clusters would give: elbow, silhouette and stability.

    Stability is the adjusted Rand index between the whole sample's clusters and
    those found in random halves of the states, each extended to all zones by
    nearest center: 1 is the same grouping, 0 is that of random ones.

    Returns
    -------
    DataFrame
        ``k, inertia`` (within-cluster sum of squares over that of one
        cluster), ``silhouette, stability`` (mean), ``stability_low,
        stability_high`` (5th and 95th percentile of halves).
    """
    values = _ready(zones, features)
    halves = [half_of_states(zones["state"], seed) for seed in range(RESAMPLES)]
    rows = Parallel(n_jobs=workers())(
        delayed(_evaluated)(values, halves, count) for count in range(1, largest + 1)
    )
    table = pd.DataFrame(rows)
    table["inertia"] /= table["inertia"].iloc[0]
    return table


def _evaluated(values: np.ndarray, halves: list[np.ndarray], count: int) -> dict:
    whole = _kmeans(count).fit(values)
    row = {"k": count, "inertia": whole.inertia_}
    if count == 1:
        return row | dict.fromkeys(
            ("silhouette", "stability", "stability_low", "stability_high"), np.nan
        )
    agreement = [
        adjusted_rand_score(whole.labels_, _kmeans(count, 5).fit(values[half]).predict(values))
        for half in halves
    ]
    low, high = np.percentile(agreement, [5, 95])
    return row | {
        "silhouette": silhouette_score(values, whole.labels_),
        "stability": np.mean(agreement),
        "stability_low": low,
        "stability_high": high,
    }


def profile(
    zones: pd.DataFrame, clusters: pd.Series, features: tuple[str, ...] = FEATURES
) -> pd.DataFrame:
    """Mean features of each cluster.

    Returns
    -------
    DataFrame
        ``cluster, feature, mean`` (own scale, zones where known), ``score``
        (mean in standard deviations from the mean of all zones) and
        ``place`` (1 for the feature that sets the cluster apart most).
    """
    frame = zones[list(features)]
    deviation = frame.std(ddof=0)
    scores = (frame - frame.mean()) / deviation.where(deviation > 0, 1)
    tables = []
    for number in sorted(clusters.unique()):
        rows = clusters == number
        table = pd.DataFrame(
            {
                "cluster": number,
                "feature": list(features),
                "mean": frame[rows].mean().to_numpy(),
                "score": scores[rows].mean().to_numpy(),
            }
        )
        table["place"] = table["score"].abs().rank(ascending=False, method="first").astype("Int64")
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def cluster_table(zones: pd.DataFrame, clusters: pd.Series, count: int = 4) -> pd.DataFrame:
    """One row a cluster: its size, mobility and largest zones.

    Returns
    -------
    DataFrame
        ``cluster, zones, states, am_mean, am_sd, above_mean`` (share with
        binary label 1), ``low, medium, high, excellent`` (shares of
        quartiles), ``examples`` (its ``count`` most populous zones), ``main_states``.
    """
    rows = []
    for number, part in zones.groupby(clusters):
        shares = [(part["label_quartile"] == k).mean() for k in range(4)]
        largest = part.nlargest(count, "population")
        rows.append(
            {
                "cluster": number,
                "zones": len(part),
                "states": part["state"].nunique(),
                "am_mean": part[TARGET].mean(),
                "am_sd": part[TARGET].std(),
                "above_mean": part["label_binary"].mean(),
                **dict(zip(("low", "medium", "high", "excellent"), shares, strict=True)),
                "examples": "; ".join(largest["zone"] + " (" + largest["state"] + ")"),
                "main_states": ", ".join(part["state"].value_counts().index[:count]),
            }
        )
    return pd.DataFrame(rows)


def describe(profiles: pd.DataFrame, cluster: int, titles: dict[str, str], count: int = 4) -> str:
    """Say in a sentence what sets a cluster apart from the average zone.

    Parameters
    ----------
    titles
        Feature to title, e.g. the codebook's.
    """
    own = profiles[profiles["cluster"] == cluster].nsmallest(count, "place")
    more = [titles[name] for name in own.loc[own["score"] > 0, "feature"]]
    less = [titles[name] for name in own.loc[own["score"] < 0, "feature"]]
    phrases = []
    if more:
        phrases.append("above average in " + _listed(more))
    if less:
        phrases.append("below average in " + _listed(less))
    sentence = "; ".join(phrases) or "like the average zone"
    return sentence[0].upper() + sentence[1:] + "."


class ClusterLabel(TransformerMixin, BaseEstimator):
    """One column a cluster (0 or 1), found on the rows it is fitted on."""

    def __init__(self, count=COUNT):
        self.count = count

    def fit(self, X, y=None):
        """Find clusters; ``y`` is not used."""
        self.found_ = _kmeans(self.count, 5).fit(X)
        return self

    def transform(self, X):
        """Indicator columns, shape (n, count)."""
        return np.eye(self.count)[self.found_.predict(X)]


def with_clusters(C: float | None = None, l1_ratio: float | None = None) -> ElasticNetSearch:
    """Make the elastic net with cluster labels, found inside the fold, among its features.

    Parameters
    ----------
    C, l1_ratio
        Chosen in inner folds unless given.
    """
    both = FeatureUnion([("own", FunctionTransformer()), ("cluster", ClusterLabel())])
    steps = make_pipeline(preparation(), both, StandardScaler())
    if C is None:
        return ElasticNetSearch(preparation=steps)
    return ElasticNetSearch(np.array([C]), np.array([l1_ratio]), preparation=steps)


def add_clusters(
    zones: pd.DataFrame, task: str, plain: dict[str, Predictions]
) -> dict[str, Predictions]:
    """Predictions of `with_clusters`, by scheme, on the folds of the elastic net's own.

    The hyperparameters are those that the elastic net without clusters chose in the
    same training rows, so that the labels are all that differs.

    Parameters
    ----------
    task
        ``"binary"`` or ``"quartiles"``.
    plain
        Scheme to predictions of the elastic net without clusters.
    """
    settings = zones, FEATURES, LABELS[task], with_clusters
    return {
        scheme: predict(*settings, scheme, len(own.probability), own.hyperparameters)
        for scheme, own in plain.items()
    }


def _kmeans(count: int, starts: int = STARTS) -> KMeans:
    return KMeans(count, n_init=starts, random_state=SEED)


def _ready(zones: pd.DataFrame, features: tuple[str, ...]) -> np.ndarray:
    return preparation().fit_transform(matrix(zones, features))


def half_of_states(states: pd.Series, seed: int) -> np.ndarray:
    """Row numbers of the zones of a random half of the states."""
    names = np.unique(states.to_numpy(str))
    chosen = np.random.default_rng(seed).permutation(names)[: max(len(names) // 2, 1)]
    return np.flatnonzero(states.isin(chosen))


def _listed(names: list[str]) -> str:
    # A person's name keeps its capital.
    names = [name if name.startswith("Gini") else name[0].lower() + name[1:] for name in names]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
