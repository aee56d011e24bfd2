"""How well the card works: errors of targeting, calibration, bias, and other models."""

from __future__ import annotations

import pandas as pd

from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.marks import calibration_curve, interval_dots
from analysis.publish.rows import one, where
from analysis.publish.style import new_figure, tokens
from analysis.publish.text import plotly_text
from analysis.scorecard.evaluate import CARD, best_cut
from analysis.scorecard.points import BEST
from analysis.scorecard.study import Study

MODELS = {
    CARD: "The card",
    "card_before_rounding": "Its model before rounding",
    "all_questions": "Logistic, all questions",
    "stepwise": "Logistic, stepwise",
    "one_question": "Logistic, one question",
    "random_forest": "Random forest",
    "boosting": "Gradient boosting",
}
MEASURES = {"auc": "AUC", "log_loss": "Log-loss", "brier": "Brier score"}


def national(study: Study, metric: str, model: str = CARD) -> pd.Series:
    """A national measure on held-out households, for the line of the points."""
    return one(
        study.evaluation.accuracy,
        line=study.card.lines[0].name,
        model=model,
        kind="national",
        metric=metric,
    )


def targeting(study: Study) -> Figure:
    """Exclusion and inclusion error at every cut-off."""
    line = study.card.lines[0]
    table = where(study.evaluation.targeting, line=line.name)
    best = best_cut(table)
    plot = new_figure(400)
    for error, words, colour in (
        ("exclusion_error", "Poor who are missed", "poor"),
        ("inclusion_error", "Targeted who are not poor", "nonpoor"),
    ):
        shown = table.dropna(subset=[error])
        band = shown.dropna(subset=[f"{error}_low", f"{error}_high"])
        plot.add_scatter(
            x=[*band["score"], *band["score"][::-1]],
            y=[*band[f"{error}_low"], *band[f"{error}_high"][::-1]],
            fill="toself",
            fillcolor=tokens()[colour],
            opacity=0.18,
            line={"width": 0},
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
        )
        plot.add_scatter(
            x=shown["score"],
            y=shown[error],
            mode="lines",
            line={"color": tokens()[colour], "width": 2.4},
            name=words,
            hovertemplate=f"up to %{{x}} points: %{{y:.0%}} {words.lower()}<extra></extra>",
        )
    plot.add_vline(
        x=best["score"], line={"color": tokens()["figure-axis"], "width": 1, "dash": "dash"}
    )
    plot.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
        margin={"t": 40},
        xaxis={"title": "Households with up to so many points are targeted", "range": [0, BEST]},
        yaxis={"title": "Share in error", "tickformat": ".0%", "range": [0, 1.01]},
    )
    at = numbers.plain(best["score"])
    missed, wrong = (numbers.percent(best[e]) for e in ("exclusion_error", "inclusion_error"))
    return Figure(
        name="card-targeting",
        plot=plot,
        finding=f"The two errors balance at a cut-off of {at} points, where {missed} of the poor "
        f"are missed and {wrong} of the targeted are not poor.",
        caption="Exclusion error (share of poor households that are not targeted) and inclusion "
        "error (share of targeted households that are not poor) by cut-off, with 95% intervals.",
        alt=f"The share of missed poor falls and the share of wrongly targeted rises with the "
        f"cut-off; they cross near {at} points.",
        data=table,
    )


def calibration(study: Study) -> Figure:
    """Said against observed share of the poor, in groups by probability."""
    table = study.evaluation.calibration
    slope = national(study, "calibration_slope")
    plot = calibration_curve(table, "poor", "Probability that the card says", "Share that is poor")
    told = numbers.in_words(slope["estimate"], slope["ci_low"], slope["ci_high"])
    inside = slope["ci_low"] <= 1 <= slope["ci_high"]
    verdict = "mean what they say" if inside else "are off in a regular way"
    return Figure(
        name="card-calibration",
        plot=plot,
        finding=f"The card's probabilities {verdict}.",
        caption=f"Held-out households in {numbers.count(len(table))} groups by probability, with "
        f"95% intervals; on the dashed line the card would be exact. Calibration slope {told} "
        "(1 is right; below 1 is too bold).",
        alt=f"Share of the poor against the probability said, in {len(table)} groups along the "
        f"diagonal; slope {told}.",
        data=table,
    )


def bias(study: Study) -> Figure:
    """Estimated less actual poverty rate by region, and for the country."""
    table = bias_rows(study)
    order = table.sort_values("estimate").reset_index(drop=True)
    clear = (order["ci_low"] > 0) | (order["ci_high"] < 0)
    hover = [
        f"{numbers.signed(100 * row.estimate, 1)} points<br>"
        f"95% interval {numbers.interval(100 * row.ci_low, 100 * row.ci_high, 1)}"
        for row in order.itertuples()
    ]
    plot = interval_dots(
        [plotly_text(name) for name in order["group"]],
        100 * order["estimate"],
        100 * order["ci_low"],
        100 * order["ci_high"],
        hover=hover,
        strong=list(clear),
    )
    plot.add_vline(x=0, line={"color": tokens()["figure-axis"], "width": 1, "dash": "dash"})
    plot.update_layout(
        xaxis={"title": "Estimated less actual poverty rate, percentage points", "zeroline": False}
    )
    worst = order.loc[order["estimate"].abs().idxmax()]
    return Figure(
        name="card-bias",
        plot=plot,
        finding=f"The estimated poverty rate is clearly off in "
        f"{numbers.count(clear.sum())} of {numbers.count(len(order))} regions; at worst by "
        f"{numbers.plain(abs(100 * worst['estimate']), 1)} percentage points, in "
        f"{worst['group']}.",
        caption="Mean probability of the held-out households of a region less the share of them "
        "that is poor, with 95% intervals from resampling enumeration areas. Coloured: the "
        "interval leaves out zero.",
        alt=f"Dots with intervals for {len(order)} regions around zero, from "
        f"{numbers.signed(100 * order['estimate'].min(), 1)} to "
        f"{numbers.signed(100 * order['estimate'].max(), 1)} points.",
        data=table,
    )


def bias_rows(study: Study) -> pd.DataFrame:
    """Headcount bias of each region."""
    return where(
        study.evaluation.accuracy,
        line=study.card.lines[0].name,
        model=CARD,
        kind="region",
        metric="headcount_bias",
    ).reset_index(drop=True)


def models(study: Study) -> Table:
    """The card beside other ways to predict from the same survey."""
    rows = []
    for model, words in MODELS.items():
        row = {"Model": words}
        for metric, title in MEASURES.items():
            found = national(study, metric, model)
            row[title] = numbers.estimate(found["estimate"], found["ci_low"], found["ci_high"], 3)
        rows.append(row)
    line = study.card.lines[0].name
    data = where(study.evaluation.accuracy, line=line, kind="national")
    return Table(
        name="card-models",
        rows=pd.DataFrame(rows),
        caption="The card and other models on the same held-out households, with 95% intervals "
        "from resampling enumeration areas. A higher AUC is better, a lower loss and Brier score "
        "are better.",
        data=data[data["metric"].str.removesuffix("_less_card").isin(MEASURES)],
        align="lrrr",
    )
