"""What redoing the original's search shows."""

from __future__ import annotations

from analysis.mobility.models import Models
from analysis.mobility.replicate import MINUTES
from analysis.mobility.replication_models import median_error
from analysis.publish import numbers
from analysis.publish.rows import one, where


def published_search(models: Models) -> str:
    """Why the published call and the faster search can differ, and whether they do when solved.

    Where `make replicate` was not run, how to run it.
    """
    found = models.replication.in_full()
    if found is None:
        return (
            f"Running the published search itself takes about {MINUTES} minutes and was left out "
            "of this build: `make replicate` runs it, and the next build shows here that both "
            "agree, or where they differ."
        )
    own, solved = one(found.agreement, task="binary"), found.converged
    pair = (own["fast_penalty"], own["fast_mix"])
    # both read the same grid, but a product of floats may differ in its last digit
    same = all(
        abs(mine - theirs) < 1e-9 * max(1, abs(theirs))
        for mine, theirs in zip((solved["penalty"], solved["mix"]), pair, strict=True)
    )
    outcome = (
        "it chooses the same penalty and mix as the faster search" if same
        else f"it chooses C = {numbers.plain(solved['penalty'], 3)} with a mix of "
        f"{numbers.plain(solved['mix'], 2)}, not the pair of the faster search"
    )  # fmt: skip
    left = (
        "" if not solved["unsolved"]
        else f", all but {numbers.count(solved['unsolved'], 'fit')} of it"
    )  # fmt: skip
    return (
        "@tbl-replication-agreement shows both on one split. "
        f"The published call of the two-class model ends before it has converged in "
        f"{numbers.percent(own['unsolved'])} of its fits, so its choice can differ. "
        f"Run to convergence{left}, on penalties up to C = {numbers.plain(solved['largest'], 1)}, "
        f"{outcome}."
    )


def boosting_gap(models: Models) -> str:
    """Training against test accuracy of the four-class boosting, of which no score was published.

    The original says of it that it overfits again.
    """
    table = where(models.replication.splits, task="quartiles", model="gradient boosting")
    train, test = table["train_accuracy"].median(), table["test_accuracy"].median()
    return (
        f"Of gradient boosting with four classes the original says only that it overfits as well: "
        f"here it is right about {numbers.percent(train)} of its training zones and "
        f"{numbers.percent(test)} of its test zones (medians over "
        f"{numbers.count(len(table), 'split')}, the second with a standard error of "
        f"{numbers.plain(100 * median_error(table['test_accuracy'].to_numpy()), 1)} percentage "
        "points)."
    )
