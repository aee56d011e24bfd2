"""No test row teaches the model, shuffled labels teach nothing, and bad columns are handled."""

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ReportError
from analysis.mobility.describe import clusters
from analysis.mobility.predict import classifiers, out_of_fold, quartiles, score_tables
from analysis.mobility.predict.folds import RANDOM, SCHEMES, STATES, folds
from analysis.mobility.predict.out_of_fold import predict, resampled_scores
from analysis.mobility.predict.pipelines import empty_features, matrix, preparation
from tests.mobility.conftest import PLANTED

BUILDERS = {
    **classifiers.MODELS,
    "ordinal": quartiles.ordinal,
    "with clusters": clusters.with_clusters,
}


@pytest.mark.parametrize("name", BUILDERS)
def test_test_rows_do_not_influence_the_fit(planted, name, monkeypatch):
    """Change every value of the test rows: predictions for fixed rows stay the same."""
    gaps = np.random.default_rng(0).random((len(planted), 6)) < 0.1
    values = np.where(gaps, np.nan, matrix(planted, PLANTED))
    truth = planted["label_binary"].to_numpy()
    (train, test), *_ = folds(STATES, truth, planted["state"].to_numpy(str), 1)[0]
    changed, labels = values.copy(), truth.copy()
    changed[test] = 1000 - 7 * changed[test]
    labels[test] = 1 - labels[test]
    fixed = np.linspace(-2, 2, 60).reshape(10, 6)
    probabilities_of = [
        out_of_fold._fold(
            BUILDERS[name],
            np.vstack([x, fixed]),
            np.append(y, np.zeros(10, int)),
            np.append(planted["state"].to_numpy(str), ["-"] * 10),
            train,
            np.arange(len(y), len(y) + 10),
            (),
        )[0]
        for x, y in ((values, truth), (changed, labels))
    ]
    np.testing.assert_array_equal(*probabilities_of)


def test_coefficients_do_not_see_test_rows(planted):
    values, truth = matrix(planted, PLANTED).copy(), planted["label_binary"].to_numpy()
    train, test = folds(RANDOM, truth, planted["state"].to_numpy(str), 1)[0][0]
    first = classifiers.elastic_net().fit(values[train], truth[train])
    values[test] *= 50
    second = classifiers.elastic_net().fit(values[train], truth[train])
    np.testing.assert_array_equal(first.coef_, second.coef_)
    np.testing.assert_allclose(first.preparation_[-1].mean_, values[train].mean(axis=0), atol=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_scores_on_shuffled_labels_are_at_chance(planted, scheme):
    found = []
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(planted))
        shuffled = planted.assign(label_binary=planted["label_binary"].to_numpy()[order])
        result = predict(shuffled, PLANTED, "label_binary", classifiers.logistic, scheme, 1)
        scores = resampled_scores(result)
        found.append((scores["balanced accuracy"][0], scores["AUC"][0]))
    assert np.mean(found, axis=0) == pytest.approx((0.5, 0.5), abs=0.04)


def test_planted_signal_is_found_and_tables_are_tidy(planted):
    models = {
        name: {
            scheme: predict(planted, PLANTED, "label_binary", build, scheme, 2)
            for scheme in SCHEMES
        }
        for name, build in (
            ("elastic net", classifiers.elastic_net),
            ("best single feature", classifiers.best_feature),
        )
    }
    table = score_tables.score_table("binary", models)
    assert list(table) == [
        "task", "model", "scheme", "metric", "estimate", "ci_low", "ci_high", "interval",
    ]  # fmt: skip
    assert set(table["interval"]) == {score_tables.FIXED}
    assert ((table["ci_low"] <= table["estimate"]) & (table["estimate"] <= table["ci_high"])).all()
    auc = table[table["metric"] == "AUC"].set_index(["model", "scheme"])["estimate"]
    assert auc["elastic net", STATES] > 0.85
    pairs = score_tables.paired_table("binary", models, "elastic net")
    pair = pairs[(pairs["metric"] == "AUC") & (pairs["scheme"] == STATES)].iloc[0]
    expected = auc["best single feature", STATES] - auc["elastic net", STATES]
    assert pair["difference"] == pytest.approx(expected)
    assert pair["ci_high"] < 0
    # The planted states carry no effect of their own: holding them out costs nothing.
    lost = score_tables.scheme_table("binary", models)
    assert (lost["ci_low"] <= 0.02).all() and (lost["ci_high"] >= -0.02).all()

    confusion = classifiers.confusion_table(models, ("below", "above"))
    counted = confusion.groupby(["model", "scheme"])["zones"].sum()
    assert counted.to_numpy() == pytest.approx(len(planted))
    right = confusion[confusion["actual"] == confusion["predicted"]]
    share = right.groupby(["model", "scheme"])["zones"].sum() / len(planted)
    accuracy = table[table["metric"] == "accuracy"].set_index(["model", "scheme"])["estimate"]
    assert share.to_dict() == pytest.approx(accuracy.to_dict())


def test_zone_predictions_stay_with_their_zone(planted):
    schemes = {
        scheme: predict(planted, PLANTED, "label_binary", classifiers.logistic, scheme, 1)
        for scheme in SCHEMES
    }
    turned = planted.iloc[::-1].reset_index(drop=True)
    table = classifiers.zone_predictions(turned, schemes, "binary").set_index("cz")
    expected = pd.Series(schemes[STATES].mean[:, 1], index=planted["cz"])
    assert table["binary_states_probability"].to_dict() == expected.to_dict()


def test_ordinal_model_recovers_an_order(planted):
    found = predict(planted, PLANTED, "label_quartile", quartiles.ordinal, RANDOM, 1)
    np.testing.assert_allclose(found.probability.sum(axis=2), 1)
    assert resampled_scores(found)["quadratic kappa"][0] > 0.6
    values = preparation().fit_transform(matrix(planted, PLANTED))
    repeated = np.column_stack([values, values[:, 0] + values[:, 1]])
    assert quartiles.independent_columns(repeated, 1e-6) == list(range(6))


def test_infinite_values_are_refused(planted):
    planted.loc[3, "x2"] = np.inf
    with pytest.raises(ReportError, match="x2 has infinite values"):
        predict(planted, PLANTED, "label_binary", classifiers.logistic, RANDOM, 1)


@pytest.mark.parametrize("value", [3.0, np.nan])
@pytest.mark.parametrize("name", ["elastic net", "ordinal", "gradient boosting", "random forest"])
def test_features_that_say_nothing_get_no_weight(planted, value, name):
    frame = planted.assign(empty=value)
    features = (*PLANTED, "empty")
    assert empty_features(frame, features) == ["empty"]
    for build in (BUILDERS[name],):
        model = build().fit(matrix(frame, features), frame["label_binary"])
        plain = build().fit(matrix(planted, PLANTED), planted["label_binary"])
        first = model.predict_proba(matrix(frame, features))
        second = plain.predict_proba(matrix(planted, PLANTED))
        if name in ("elastic net", "ordinal"):
            np.testing.assert_allclose(first, second, atol=1e-3)
        assert np.isfinite(first).all()


@pytest.mark.parametrize(
    "kind", ["mean", "median", "nearest neighbors", "regression on the others"]
)
def test_every_imputation_fills_all_and_keeps_columns(planted, kind):
    values = matrix(planted, PLANTED).copy()
    values[::7, 1] = np.nan
    values[:, 4] = np.nan
    ready = preparation(kind).fit_transform(values)
    assert ready.shape == values.shape
    assert np.isfinite(ready).all()


def test_the_penalty_is_chosen_on_whole_states(planted):
    values, truth = matrix(planted, PLANTED), planted["label_binary"].to_numpy()
    states = planted["state"].to_numpy(str)
    rows = np.arange(len(truth))
    grouped = out_of_fold.fit_unseen(classifiers.elastic_net(), values, truth, states, rows)
    for train, test in grouped._folds(truth, states):
        assert not set(states[train]) & set(states[test])
    plain = out_of_fold.fit_unseen(classifiers.elastic_net(), values, truth, None, rows)
    assert not np.array_equal(grouped.scores_, plain.scores_)
    few = out_of_fold.fit_unseen(
        classifiers.elastic_net(), values, truth, np.repeat("a", 300), rows
    )
    assert len(few.scores_) == 0  # one state can't be held out of itself
