"""Above or below the mean: six classifiers from none to much, and what they get right."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_curve
from sklearn.pipeline import make_pipeline
from statsmodels.stats.proportion import proportion_confint

from analysis.mobility import scores
from analysis.mobility.boosting import boosted_classes
from analysis.mobility.elastic_net_search import ElasticNetSearch
from analysis.mobility.folds import SCHEMES
from analysis.mobility.out_of_fold import Predictions
from analysis.mobility.pipelines import preparation


def majority():
    """Make the classifier that knows the class shares only."""
    return DummyClassifier(strategy="prior")


def best_feature():
    """Make a logistic regression on the one feature that separates the training rows best."""
    return make_pipeline(preparation(), SelectKBest(f_classif, k=1), LogisticRegression(C=np.inf))


def logistic():
    """Make an unpenalised logistic regression on all features."""
    return make_pipeline(preparation(), LogisticRegression(C=np.inf, max_iter=2000))


def elastic_net():
    """Make the elastic net; penalty and mix are chosen in inner folds."""
    return ElasticNetSearch(preparation=preparation())


def random_forest():
    """Make a random forest with settings fixed beforehand."""
    forest = RandomForestClassifier(
        n_estimators=100, min_samples_leaf=3, max_features="sqrt", random_state=0
    )
    return make_pipeline(preparation(), forest)


def boosting():
    """Make gradient boosting of small trees."""
    return boosted_classes(120)


MODELS = {
    "majority class": majority,
    "best single feature": best_feature,
    "logistic": logistic,
    "elastic net": elastic_net,
    "random forest": random_forest,
    "gradient boosting": boosting,
}
REFERENCE = "elastic net"


def roc(models: dict[str, dict[str, Predictions]]) -> pd.DataFrame:
    """ROC curves of the probabilities averaged over repeats.

    Returns
    -------
    DataFrame
        ``model, scheme, false_positive_rate, true_positive_rate, threshold``.
    """
    parts = []
    for model, schemes in models.items():
        for scheme, found in schemes.items():
            wrong, right, threshold = roc_curve(found.truth, found.mean[:, 1])
            part = {"model": model, "scheme": scheme, "false_positive_rate": wrong}
            part |= {"true_positive_rate": right, "threshold": threshold}
            parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def calibration(models: dict[str, dict[str, Predictions]], bins: int = 8) -> pd.DataFrame:
    """Predicted against observed shares, in bins of equally many zones.

    Returns
    -------
    DataFrame
        ``model, scheme, bin, predicted, observed, ci_low, ci_high, zones``;
        Wilson intervals, which take zones as independent.
    """
    rows = []
    for model, schemes in models.items():
        for scheme, found in schemes.items():
            chance = found.mean[:, 1]
            if np.ptp(chance) < 0.05:
                continue
            for place, part in enumerate(np.array_split(np.argsort(chance), bins)):
                count, above = len(part), int(found.truth[part].sum())
                limits = proportion_confint(above, count, method="wilson")
                rows.append(
                    (model, scheme, place, chance[part].mean(), above / count, *limits, count)
                )
    columns = ["model", "scheme", "bin", "predicted", "observed", "ci_low", "ci_high", "zones"]
    return pd.DataFrame(rows, columns=columns)


def calibration_lines(models: dict[str, dict[str, Predictions]]) -> pd.DataFrame:
    """Calibration intercept and slope: ``model, scheme, intercept, slope``."""
    rows = [
        (model, scheme, *scores.calibration_line(found.truth, found.mean[:, 1]))
        for model, schemes in models.items()
        for scheme, found in schemes.items()
        if np.ptp(found.mean[:, 1]) > 0.05
    ]
    return pd.DataFrame(rows, columns=["model", "scheme", "intercept", "slope"])


def confusion_table(models: dict[str, dict[str, Predictions]], names) -> pd.DataFrame:
    """Confusion matrices of the averaged probabilities.

    Returns
    -------
    DataFrame
        ``model, scheme, actual, predicted, zones, share`` (of the actual class).
    """
    rows = []
    for model, schemes in models.items():
        for scheme, found in schemes.items():
            table = scores.confusion(found.truth, found.mean)[0]
            for i, actual in enumerate(names):
                for j, called in enumerate(names):
                    share = table[i, j] / table[i].sum()
                    rows.append((model, scheme, actual, called, int(table[i, j]), share))
    columns = ["model", "scheme", "actual", "predicted", "zones", "share"]
    return pd.DataFrame(rows, columns=columns)


def zone_predictions(zones: pd.DataFrame, schemes: dict[str, Predictions], task: str):
    """Out-of-fold predictions of one model by zone, for ``commuting_zones.csv``.

    Returns
    -------
    DataFrame
        ``cz`` and, for each scheme (``random``, ``states``),
        ``<task>_<scheme>`` (predicted class) and the probability of it being
        class 1 (binary) or the expected class (quartiles).
    """
    table = pd.DataFrame({"cz": zones["cz"].to_numpy()})
    for short, scheme in zip(("random", "states"), SCHEMES, strict=True):
        mean = schemes[scheme].mean
        order = pd.Series(range(len(mean)), index=schemes[scheme].cz)
        mean = mean[order.loc[table["cz"]].to_numpy()]
        table[f"{task}_{short}"] = mean.argmax(axis=1)
        if mean.shape[1] == 2:
            table[f"{task}_{short}_probability"] = mean[:, 1]
        else:
            table[f"{task}_{short}_expected"] = mean @ np.arange(mean.shape[1])
    return table
