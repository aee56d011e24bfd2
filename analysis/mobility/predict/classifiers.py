"""Above or below the mean: six classifiers from none to much, and what they get right."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from analysis.mobility.predict import scores
from analysis.mobility.predict.boosting import boosted_classes
from analysis.mobility.predict.elastic_net_search import ElasticNetSearch
from analysis.mobility.predict.folds import SCHEMES
from analysis.mobility.predict.out_of_fold import Predictions
from analysis.mobility.predict.pipelines import preparation


def majority():
    """Make the classifier that knows the class shares only."""
    return DummyClassifier(strategy="prior")


def best_feature():
    """Make a logistic regression on the one feature that separates the training rows best."""
    return make_pipeline(preparation(), SelectKBest(f_classif, k=1), LogisticRegression(C=np.inf))


def logistic():
    """Make an unpenalized logistic regression on all features."""
    return make_pipeline(preparation(), LogisticRegression(C=np.inf, max_iter=2000))


def elastic_net():
    """Make the elastic net; C and l1 ratio are chosen in inner folds."""
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
# What readers call them, those of the four-class task included.
NAMES = {
    "majority class": "Always the commoner class",
    "state's name": "State's name alone",
    "best single feature": "Best single trait",
    "logistic": "Logistic regression",
    "elastic net": "Elastic net",
    "random forest": "Random forest",
    "gradient boosting": "Gradient boosting",
    "ordinal": "Ordinal model",
}


def confusion_table(models: dict[str, dict[str, Predictions]], names) -> pd.DataFrame:
    """Confusion matrices averaged over repeats, so that their diagonal is the accuracy.

    Returns
    -------
    DataFrame
        ``model, scheme, actual, predicted, zones`` (a mean, not whole),
        ``share`` (of the actual class).
    """
    rows = []
    for model, schemes in models.items():
        for scheme, result in schemes.items():
            repeats = [
                scores.confusion(result.truth, probability)[0] for probability in result.probability
            ]
            matrix = np.mean(repeats, axis=0)
            for i, actual in enumerate(names):
                for j, predicted in enumerate(names):
                    share = matrix[i, j] / matrix[i].sum()
                    rows.append((model, scheme, actual, predicted, matrix[i, j], share))
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
