"""Exhibits of the two chapters on prediction."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.folds import RANDOM, STATES
from analysis.mobility.labels import BINARY, QUARTILES
from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.marks import calibration_curve, confusion_map
from analysis.publish.rows import one, where
from analysis.publish.style import new_figure, tokens

SCHEME_WORDS = {RANDOM: "zones at random", STATES: "whole states"}


def score_rows(scores: pd.DataFrame, name: str, metrics: tuple[str, ...], caption: str) -> Table:
    """Scores of every model, for both ways of holding zones out.

    Parameters
    ----------
    scores : DataFrame
        Rows of ``classifiers.csv``.
    metrics : tuple of str
        Which scores become columns.
    """
    rows = []
    for model in dict.fromkeys(scores["model"]):
        for scheme in (RANDOM, STATES):
            row = {"Model": model.capitalize(), "Held out": SCHEME_WORDS[scheme]}
            for metric in metrics:
                found = one(scores, model=model, scheme=scheme, metric=metric)
                row[metric[0].upper() + metric[1:]] = numbers.estimate(
                    found["estimate"], found["ci_low"], found["ci_high"]
                )
            rows.append(row)
    return Table(
        name=name,
        rows=pd.DataFrame(rows),
        caption=caption,
        data=scores,
        align="ll" + "r" * len(metrics),
    )


def score(table: pd.DataFrame, model: str, scheme: str, metric: str, digits: int = 2) -> str:
    """One score with its interval, for running text."""
    found = one(table, model=model, scheme=scheme, metric=metric)
    return numbers.estimate(found["estimate"], found["ci_low"], found["ci_high"], digits)


def roc(models: Models) -> Figure:
    """ROC curves with whole states held out."""
    table = models.roc[models.roc["scheme"] == STATES]
    scores = models.binary_scores
    chosen = ("elastic net", "random forest", "gradient boosting", "best single feature")
    colours = dict(
        zip(
            chosen,
            (tokens()["accent"], tokens()["mobility-1"], tokens()["poor"], tokens()["figure-grey"]),
            strict=True,
        )
    )
    dashes = dict(zip(chosen, ("solid", "dash", "dot", "solid"), strict=True))
    plot = new_figure(430)
    plot.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": tokens()["figure-grid"], "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )
    for model in chosen:
        part = table[table["model"] == model]
        area = one(scores, model=model, scheme=STATES, metric="AUC")["estimate"]
        plot.add_scatter(
            x=part["false_positive_rate"],
            y=part["true_positive_rate"],
            mode="lines",
            line={"color": colours[model], "width": 2.2, "dash": dashes[model], "shape": "hv"},
            name=f"{model.capitalize()}, {numbers.plain(area, 2)}",
            hovertemplate=f"{model}<br>finds %{{y:.0%}}, wrong on %{{x:.0%}}<extra></extra>",
        )
    plot.update_layout(
        showlegend=True,
        legend={"x": 0.98, "y": 0.04, "xanchor": "right", "yanchor": "bottom"},
        xaxis={"title": "Zones below the mean called above", "tickformat": ".0%"},
        yaxis={"title": "Zones above the mean found", "tickformat": ".0%"},
    )
    best = max(chosen, key=lambda m: one(scores, model=m, scheme=STATES, metric="AUC")["estimate"])
    area = score(scores, best, STATES, "AUC")
    return Figure(
        name="binary-roc",
        plot=plot,
        finding=f"In states it has never seen, the best model orders two zones rightly about "
        f"{numbers.count(round(10 * float(area.split()[0])))} times in ten.",
        caption=f"ROC curves with whole states held out; in the legend the area under each. "
        f"Largest: {best}, {area}.",
        alt=f"ROC curves of four models far above the diagonal; the largest area is {area} "
        f"({best}).",
        data=table,
    )


def calibration(models: Models, model: str = "elastic net") -> Figure:
    """Predicted probability against the observed share, with whole states held out."""
    table = where(models.calibration, model=model, scheme=STATES)
    line = one(models.calibration_lines, model=model, scheme=STATES)
    plot = calibration_curve(table, "accent", "Probability that was said", "Share that came true")
    verdict = "bolder" if line["slope"] < 1 else "more timid"
    return Figure(
        name="binary-calibration",
        plot=plot,
        finding=f"In unseen states the probabilities are somewhat {verdict} than they should be.",
        caption=f"Calibration of the {model}: zones in {numbers.count(len(table))} groups by "
        f"predicted probability of being above the mean, 95% intervals. On the dashed line the "
        f"forecast would be exact. Calibration slope {numbers.plain(line['slope'], 2)} "
        "(1 is right; below 1 is too bold).",
        alt=f"Observed share against predicted probability in {len(table)} groups: it rises along "
        f"the diagonal, with slope {numbers.plain(line['slope'], 2)}.",
        data=table,
    )


def confusion(models: Models, task: str, model: str = "elastic net") -> Figure:
    """Actual against predicted classes with whole states held out."""
    source, labels = {
        "binary": (models.binary_confusion, BINARY),
        "quartiles": (models.quartile_confusion, QUARTILES),
    }[task]
    table = where(source, model=model, scheme=STATES)
    right = table.loc[table["actual"] == table["predicted"], "zones"].sum()
    share = numbers.percent(right / table["zones"].sum())
    place = {label: i for i, label in enumerate(labels)}
    far = (table["actual"].map(place) - table["predicted"].map(place)).abs() > 1
    extra = (
        f" {int(table.loc[far, 'zones'].sum())} zones are off by two classes or more."
        if len(labels) > 2
        else ""
    )
    return Figure(
        name=f"{task}-confusion",
        plot=confusion_map(table, labels),
        finding=f"{share} of zones are called rightly when their state is unseen.",
        caption=f"Actual and predicted class by the {model}, whole states held out; numbers are "
        f"zones, shades are shares of the actual class.{extra}",
        alt=f"Table of actual against predicted classes: {share} on the diagonal.{extra}",
        data=table,
    )


def pair_rows(pairs: pd.DataFrame, name: str, metric: str) -> Table:
    """Each model against the elastic net, on the same folds."""
    table = pairs[pairs["metric"] == metric]
    rows = pd.DataFrame(
        [
            {
                "Model": model.capitalize(),
                **{
                    f"{SCHEME_WORDS[scheme].capitalize()} held out": _difference(
                        one(table, model=model, scheme=scheme)
                    )
                    for scheme in (RANDOM, STATES)
                },
            }
            for model in dict.fromkeys(table["model"])
            if model != "majority class"
        ]
    )
    return Table(
        name=name,
        rows=rows,
        caption=f"Difference in {metric} from the elastic net, with 95% intervals from resampling "
        "states; negative is worse than the elastic net.",
        data=pairs,
    )


def learning_curve(models: Models, metric: str = "accuracy") -> Figure:
    """Score by number of training zones."""
    table = where(models.learning_curve, metric=metric)
    plot = new_figure(380)
    for scheme, colour in ((RANDOM, tokens()["figure-grey"]), (STATES, tokens()["accent"])):
        part = table[table["scheme"] == scheme]
        plot.add_scatter(
            x=part["zones"],
            y=part["estimate"],
            mode="lines+markers",
            line={"color": colour, "width": 2.2},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": part["ci_high"] - part["estimate"],
                "arrayminus": part["estimate"] - part["ci_low"],
                "width": 0,
                "color": colour,
                "thickness": 1,
            },
            hovertemplate=f"{SCHEME_WORDS[scheme]} held out<br>%{{x}} zones: %{{y:.1%}}"
            "<extra></extra>",
        )
        last = part.iloc[-1]
        plot.add_annotation(
            x=last["zones"],
            y=last["estimate"],
            text=f"{SCHEME_WORDS[scheme]} held out",
            showarrow=False,
            xanchor="right",
            yanchor="bottom",
            yshift=8,
            font={"color": colour},
        )
    plot.update_layout(
        xaxis={"title": "Zones to learn from"}, yaxis={"title": "Accuracy", "tickformat": ".0%"}
    )
    part = table[table["scheme"] == STATES]
    gain = part["estimate"].iloc[-1] - part["estimate"].iloc[-3]
    size = part["zones"].iloc[-3]
    word = "adds" if gain >= 0 else "takes away"
    return Figure(
        name="binary-learning",
        plot=plot,
        finding=f"Going from {size} zones to all of them {word} "
        f"{numbers.plain(abs(100 * gain), 1)} percentage points in unseen states.",
        caption="Accuracy of the elastic net by the number of zones it learns from, on the same "
        "test zones; 95% intervals from resampling states.",
        alt="Two rising curves that flatten: accuracy by training size, with random zones held out "
        "above, with whole states held out below.",
        data=models.learning_curve,
    )


def rank_rows(models: Models) -> Table:
    """Models of the rank itself, instead of its label."""
    scores = models.rank_regression.scores
    metrics = list(dict.fromkeys(scores["metric"]))
    rows = []
    for model in dict.fromkeys(scores["model"]):
        for scheme in (RANDOM, STATES):
            row = {"Model": model.capitalize(), "Held out": SCHEME_WORDS[scheme]}
            for metric in metrics[:3]:
                found = one(scores, model=model, scheme=scheme, metric=metric)
                row[metric[0].upper() + metric[1:]] = numbers.estimate(
                    found["estimate"], found["ci_low"], found["ci_high"]
                )
            rows.append(row)
    return Table(
        name="binary-rank",
        rows=pd.DataFrame(rows),
        caption="Predicting the rank itself, with 95% intervals from resampling states.",
        data=scores,
        align="ll" + "r" * 3,
    )


def _difference(row: pd.Series) -> str:
    text = numbers.interval(row["ci_low"], row["ci_high"], 3)
    return f"{numbers.signed(row['difference'], 3)} ({text})"
