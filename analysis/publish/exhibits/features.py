"""Exhibits of the chapter on which features matter."""

from __future__ import annotations

import pandas as pd

from analysis.mobility.models import Models
from analysis.publish import numbers
from analysis.publish.exhibit import Figure, Table
from analysis.publish.exhibits.marks import axis_title, four_panels, interval_dots
from analysis.publish.rows import where
from analysis.publish.style import text, tokens

PARTIAL = ("single_mothers", "gini_bottom99", "commute_under_15", "social_capital")


def information(models: Models, task: str = "binary", most: int = 15) -> Figure:
    """Rank of each feature by mutual information, with its interval over resamples."""
    codebook = models.study.codebook
    table = where(models.mutual_information, task=task).head(most)
    titles = list(codebook.loc[table["feature"], "title"])
    plot = interval_dots(
        titles[::-1],
        table["rank"][::-1],
        table["rank_low"][::-1],
        table["rank_high"][::-1],
        hover=[
            f"rank {row.rank}, from {row.rank_low} to {row.rank_high}; "
            f"among the first ten in {numbers.percent(row.top_ten)} of resamples"
            for row in table[::-1].itertuples()
        ],
    )
    plot.update_layout(
        xaxis={"title": axis_title("Rank by mutual information (1 is the strongest)")}
    )
    firm = int((table["rank_high"] <= 10).sum())
    return Figure(
        name=f"features-information-{task}",
        plot=plot,
        finding=f"{numbers.count(firm, 'trait').capitalize()} of the {most} "
        f"{'is' if firm == 1 else 'are'} firmly among the first ten.",
        caption="Traits ranked by mutual information with the label (below or above the mean). "
        "Lines: where the middle 95% of resamples put the rank.",
        alt=f"Dots with long lines for {most} traits. First is {titles[0]}; most other ranks "
        "could as well be several places higher or lower.",
        data=models.mutual_information,
    )


def coefficients(models: Models) -> Figure:
    """Elastic-net coefficients with their spread over halves of the states."""
    codebook = models.study.codebook
    table = models.stability.sort_values("coefficient")
    shown = table[(table["coefficient"] != 0) | (table["kept"] >= 0.5)]
    titles = list(codebook.loc[shown["feature"], "title"])
    steady = shown["same_sign"] >= 0.9
    plot = interval_dots(
        titles,
        shown["coefficient"],
        shown["low"],
        shown["high"],
        strong=steady,
        hover=[
            f"{numbers.signed(row.coefficient)} ({numbers.interval(row.low, row.high)}); "
            f"kept in {numbers.percent(row.kept)} of halves"
            for row in shown.itertuples()
        ],
    )
    plot.add_vline(x=0, line={"color": tokens()["figure-axis"], "width": 1})
    plot.update_layout(
        xaxis={"title": axis_title("Log-odds of being above the mean, per standard deviation")}
    )
    largest = table.loc[table["coefficient"].abs().idxmax()]
    name = codebook.loc[largest["feature"], "title"].lower()
    return Figure(
        name="features-coefficients",
        plot=plot,
        finding=f"{int(steady.sum())} of {len(table)} traits keep their sign in at least nine of "
        "ten halves of the country.",
        caption="Weights of the elastic net for predicting a zone above the mean. Lines: the "
        "middle 90% over random halves of the states. Coloured: same sign in at least 90% of "
        "them. A weight is part of a forecast, not an effect.",
        alt=f"Dots with lines for {len(shown)} traits. The largest weight belongs to {name}: "
        f"{numbers.signed(largest['coefficient'])}.",
        data=table,
    )


def regression_rows(models: Models, model: str, name: str, most: int = 10) -> Table:
    """Coefficients of one of the two linear regressions."""
    table = where(models.regression, model=model)
    top = table.head(most)
    titles = models.study.codebook["title"].to_dict()
    first = table.iloc[0]
    rows = pd.DataFrame(
        {
            "Trait": [titles.get(f, "No dropout rate on record") for f in top["feature"]],
            "Coefficient (95% interval)": [
                numbers.estimate(row.coefficient, row.ci_low, row.ci_high)
                for row in top.itertuples()
            ],
            "Std. error": top["std_error"].map(lambda e: numbers.plain(e, 3)),
            "Adjusted p": top["p_adjusted"].map(numbers.p_value),
        }
    )
    return Table(
        name=f"features-regression-{name}",
        rows=rows,
        caption=f"Linear regression of upward mobility, {model}: {first['n']} zones, "
        f"R² = {numbers.plain(first['r_squared'], 3)}. All variables are standardized; errors are "
        f"clustered by state; p-values are Holm-adjusted."
        + (f" The {most} largest of {len(table)} coefficients." if len(table) > most else ""),
        data=table,
    )


def collinearity_rows(models: Models, most: int = 10) -> Table:
    """The traits that the others tell best."""
    table = models.collinearity
    top = table.sort_values("without_repeats", ascending=False).head(most)
    rows = pd.DataFrame(
        {
            "Trait": models.study.codebook.loc[top["feature"], "title"].to_numpy(),
            "Variance inflation": top["without_repeats"].map(lambda v: numbers.plain(v, 1)),
            "Share told by the others": [
                numbers.percent(1 - 1 / value) for value in top["without_repeats"]
            ],
        }
    )
    return Table(
        name="features-collinearity",
        rows=rows,
        caption=f"The {numbers.count(most)} traits that the other traits tell best. The Gini "
        "coefficient is left out: it is the sum of two other traits.",
        data=table,
    )


def partial_residuals(models: Models) -> Figure:
    """What four traits add once all others are taken out."""
    codebook = models.study.codebook
    table = models.partial_residuals(*PARTIAL)
    titles = [codebook.loc[name, "title"] for name in PARTIAL]
    plot = four_panels(titles)
    for place, name in enumerate(PARTIAL):
        row, column = place // 2 + 1, place % 2 + 1
        part = table[table["feature"] == name].sort_values("value")
        plot.add_scatter(
            x=part["value"],
            y=part["residual"],
            mode="markers",
            marker={"color": tokens()["figure-grey"], "size": 4, "opacity": 0.55},
            text=[f"{text(r.zone)}, {text(r.state)}" for r in part.itertuples()],
            hovertemplate="<b>%{text}</b><br>%{y:+.1f} ranks<extra></extra>",
            row=row,
            col=column,
        )
        plot.add_scatter(
            x=part["value"],
            y=part["line"],
            mode="lines",
            line={"color": tokens()["accent"], "width": 2.5},
            hoverinfo="skip",
            row=row,
            col=column,
        )
        if codebook.loc[name, "kind"] == "share":
            plot.update_xaxes(tickformat=".0%", row=row, col=column)
    plot.update_annotations(font_size=12)
    plot.update_yaxes(title="Ranks", col=1)
    plot.update_layout(margin_t=32)
    ends = table.groupby("feature")["line"].agg(lambda line: line.max() - line.min())
    widest = codebook.loc[ends.idxmax(), "title"].lower()
    return Figure(
        name="features-partial",
        plot=plot,
        finding=f"With all other traits held fixed, {widest} still spans the widest range of "
        "ranks among these four.",
        caption="Partial residuals: each dot is a zone's mobility after the part told by all other "
        "traits is taken out; the line is the trait's own part in the regression.",
        alt=f"Four scatter plots with lines: {', '.join(titles)}. The steepest span belongs to "
        f"{widest}.",
        data=table,
    )
