"""Exhibits of the replication appendix."""

from __future__ import annotations

import pandas as pd

from analysis.data import Study
from analysis.mobility import published
from analysis.mobility.labels import QUARTILES
from analysis.mobility.models import Models
from analysis.mobility.replication import replication_table
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.rows import one
from analysis.publish.style import new_figure, tokens

PREFIX = "correlation: "
SCORES = {
    "binary, elastic net": "Two classes, elastic net",
    "quartiles, elastic net": "Four classes, elastic net",
    "binary, random forest": "Two classes, random forest",
    "binary, gradient boosting": "Two classes, gradient boosting",
}


def correlations(study: Study) -> Table:
    """Published and reproduced correlations, in the published order."""
    table = replication_table(study)
    table = table[table["quantity"].str.startswith(PREFIX)].reset_index(drop=True)
    names = table["quantity"].str.removeprefix(PREFIX)
    rows = pd.DataFrame(
        {
            "Trait": study.codebook.loc[names, "title"].to_numpy(),
            "Published": table["published"].map(lambda r: numbers.signed(r, 6)),
            "Reproduced": table["reproduced"].map(lambda r: numbers.signed(r, 6)),
            "Difference": table["difference"].map(_difference),
        }
    )
    return Table(
        name="replication-correlations",
        rows=rows,
        caption="Correlation of every column with upward mobility, as first published and as "
        "reproduced here with the same steps.",
        data=table,
    )


def labels(study: Study) -> Table:
    """Published and reproduced label counts."""
    table = replication_table(study)
    table = table[~table["quantity"].str.startswith(PREFIX)].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "Zones": table["quantity"].str.removeprefix("zones "),
            "Published": table["published"].map(numbers.plain),
            "Reproduced": table["reproduced"].map(numbers.plain),
            "Difference": table["difference"].map(_difference),
        }
    )
    return Table(
        name="replication-labels",
        rows=rows,
        caption="Number of zones with each label, as first published and as reproduced here.",
        data=table,
    )


def scores(models: Models) -> Table:
    """Published scores beside the distribution over random splits."""
    return _scores(
        models.replication.rows,
        "replication-scores",
        "Published scores and their distribution over random splits of the original table. Error: "
        "Monte-Carlo standard error of the median. Searched: splits on which the elastic net's "
        "penalty and mix were searched; the others take one of these pairs in turn. The "
        "published ensembles were given in words (about 95% and 80%).",
    )


def scores_in_full(models: Models) -> Table | None:
    """The elastic net's scores with a search on every split; None where that was not run."""
    found = models.replication.in_full()
    if found is None:
        return None
    return _scores(
        found.rows,
        "replication-in-full",
        "Published scores of the elastic net and their distribution over random splits, penalty "
        "and mix searched on each of them.",
    )


def _scores(table: pd.DataFrame, name: str, caption: str) -> Table:
    model, score = zip(*(quantity.split(": ") for quantity in table["quantity"]), strict=True)
    rows = pd.DataFrame(
        {
            "Model": [SCORES[name] for name in model],
            "Score": score,
            "Published": table["published"].map(lambda v: numbers.plain(v, 3)),
            "Median": table["reproduced"].map(lambda v: numbers.plain(v, 3)),
            "Middle 90%": [
                numbers.interval(low, high, 3)
                for low, high in zip(table["p5"], table["p95"], strict=True)
            ],
            "Error": table["median_error"].map(lambda v: numbers.plain(v, 3)),
            "Splits": table["splits"].map(numbers.plain),
            "Searched": [numbers.plain(many) if many else "–" for many in table["searched"]],
        }
    )
    return Table(name=name, rows=rows, caption=caption, data=table, align="llrrrrrr")


def splits(models: Models) -> Figure:
    """Test accuracy over random splits, with the published single split."""
    table = models.replication.splits
    rows = models.replication.rows.set_index("quantity")
    chosen = [
        (task, name)
        for task, name in (
            ("quartiles", "elastic net"),
            ("binary", "gradient boosting"),
            ("binary", "random forest"),
            ("binary", "elastic net"),
        )
    ]
    plot = new_figure(330)
    for task, model in chosen:
        part = table[(table["task"] == task) & (table["model"] == model)]
        name = SCORES[f"{task}, {model}"]
        plot.add_box(
            x=part["test_accuracy"],
            y=[name] * len(part),
            orientation="h",
            boxpoints="all",
            jitter=0.5,
            pointpos=0,
            marker={"color": tokens()["figure-grey"], "size": 4, "opacity": 0.5},
            line={"color": tokens()["figure-axis"], "width": 1.2},
            fillcolor="rgba(0,0,0,0)",
            hoverinfo="skip",
        )
        quantity = f"{task}, {model}: test accuracy"
        if quantity in rows.index:
            plot.add_scatter(
                x=[rows.loc[quantity, "published"]],
                y=[name],
                mode="markers",
                marker={"symbol": "diamond", "size": 12, "color": tokens()["mobility-1"]},
                hovertemplate="published %{x:.3f}<extra></extra>",
            )
    plot.update_layout(xaxis={"title": "Test accuracy", "tickformat": ".0%"}, boxgap=0.4)
    spread = rows.loc["binary, elastic net: test accuracy"]
    return Figure(
        name="replication-splits",
        plot=plot,
        finding="One random split can land almost anywhere: nine in ten splits of the two-class "
        f"model score between {numbers.percent(spread['p5'])} and "
        f"{numbers.percent(spread['p95'])}.",
        caption="Test accuracy over random 80/20 splits of the original table; each dot is a "
        "split, the orange diamond is the published one.",
        alt=f"Box plots of test accuracy for four models with the published value marked; the "
        f"two-class elastic net has median {numbers.percent(spread['reproduced'])}.",
        data=table,
    )


def agreement(models: Models) -> Table | None:
    """The published call beside the faster route on one split; None where it was not run."""
    found = models.replication.in_full()
    if found is None:
        return None
    table = found.agreement.set_index("task")
    words = {
        "penalty": "Penalty chosen (C), published call",
        "fast_penalty": "Penalty chosen (C), faster search",
        "mix": "Mix chosen, published call",
        "fast_mix": "Mix chosen, faster search",
        "inner_accuracy": "Best accuracy in the inner folds, published call",
        "fast_inner_accuracy": "Best accuracy in the inner folds, faster search",
        "test_accuracy": "Test accuracy, published call",
        "fast_test_accuracy": "Test accuracy, faster search",
        "same_calls": "Share of zones that both call alike",
        "largest_coefficient_gap": "Largest difference of a weight",
        "unsolved": "Share of fits not converged, published call",
        "seconds": "Seconds on all cores, published call",
        "fast_seconds": "Seconds on one core, faster search",
    }
    rows = pd.DataFrame(
        {
            "Quantity": list(words.values()),
            **{
                name: [numbers.plain(float(table.loc[task, key]), 3) for key in words]
                for task, name in (("binary", "Two classes"), ("quartiles", "Four classes"))
            },
        }
    )
    return Table(
        name="replication-agreement",
        rows=rows,
        caption="scikit-learn's own search, as published, beside the faster search used here, on "
        "one split of the original table. C is the inverse of the penalty's strength; the mix is "
        "the share of the l1 penalty.",
        data=table.reset_index(),
    )


def information(models: Models) -> Table:
    """The published top ten by mutual information beside ours."""
    table = models.replication.information_ranking
    binary = table[table["task"] == "binary"].head(10).reset_index(drop=True)
    titles = models.study.codebook["title"].to_dict()
    rows = pd.DataFrame(
        {
            "Place": [str(i + 1) for i in range(10)],
            "Published": [titles.get(name, name) for name in published.TOP_TEN],
            "Reproduced": [titles.get(name, name) for name in binary["feature"]],
        }
    )
    shared = len(set(published.TOP_TEN) & set(binary["feature"]))
    return Table(
        name="replication-information",
        rows=rows,
        caption="First ten traits by mutual information with the two-class label: "
        f"{numbers.count(shared)} of ten are the same. The estimate has a random part, which the "
        "original did not fix.",
        data=table,
        align="rll",
    )


def training_report(models: Models) -> Table:
    """Confusion matrix and report of the four-class model on its training zones."""
    table = models.replication.training_report
    rows = pd.DataFrame(
        {
            "Actual": [QUARTILES[label].capitalize() for label in table["label"]],
            **{
                f"Called {name}": table[f"called_{code}"].map(numbers.plain)
                for code, name in enumerate(QUARTILES)
            },
            "Precision": _beside(table["precision"], published.TRAINING_REPORT["precision"]),
            "Recall": _beside(table["recall"], published.TRAINING_REPORT["recall"]),
            "F1": _beside(table["f1-score"], published.TRAINING_REPORT["f1-score"]),
        }
    )
    return Table(
        name="replication-report",
        rows=rows,
        caption="Four-class elastic net on the training zones of one split, with the published "
        "score in brackets. Precision: share of calls that are right; recall: share of the class "
        "that is found; F1: their harmonic mean.",
        data=table,
    )


def elbow(models: Models) -> Figure:
    """The falling curve from which the original read four clusters."""
    table = models.replication.elbow
    plot = new_figure(300)
    plot.add_scatter(
        x=table["k"],
        y=table["inertia"] / table["inertia"].iloc[0],
        mode="lines+markers",
        line={"color": tokens()["accent"], "width": 2},
        marker={"size": [11 if k == published.CLUSTERS else 6 for k in table["k"]]},
        hovertemplate="%{x} clusters: %{y:.0%} of the spread<extra></extra>",
    )
    plot.update_layout(
        xaxis={"title": "Clusters", "dtick": 1},
        yaxis={"title": "Spread left inside clusters", "tickformat": ".0%", "rangemode": "tozero"},
    )
    left = one(table, k=published.CLUSTERS)["inertia"] / table["inertia"].iloc[0]
    dotted = {"color": tokens()["figure-ink"], "width": 1, "dash": "dot"}
    for start in ((published.CLUSTERS, 0), (table["k"].min(), left)):
        plot.add_shape(
            type="line", x0=start[0], y0=start[1], x1=published.CLUSTERS, y1=left, line=dotted
        )
    return Figure(
        name="replication-elbow",
        plot=plot,
        finding="The curve has no corner that would settle the number of clusters.",
        caption="Spread left inside clusters by their number, on the original table with the "
        "outcome and its labels among the columns. Dotted: with the original's four clusters, "
        f"{numbers.percent(left)} is left.",
        alt=f"A curve that falls smoothly with the number of clusters, to {numbers.percent(left)} "
        "at four.",
        data=table,
    )


def _beside(ours: pd.Series, theirs: tuple[float, ...]) -> list[str]:
    return [
        f"{numbers.plain(value, 2)} ({numbers.plain(printed, 2)})"
        for value, printed in zip(ours, theirs, strict=True)
    ]


def _difference(value: float) -> str:
    return "none" if value == 0 else numbers.signed(value, 6)
