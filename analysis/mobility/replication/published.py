"""What the original study printed about its models, and where each number stands.

Source: the original project report on mobility in minority communities. The
seven-digit scores are quoted as printed.
"""

from __future__ import annotations

from typing import NamedTuple

TRAITS = (
    *("population", "urban", "racial_segregation", "income_segregation", "segregation_poverty"),
    *("segregation_affluence", "commute_under_15", "income_per_capita", "gini", "top1_share"),
    *("gini_bottom99", "middle_class", "local_tax_rate", "local_gov_spending"),
    *("tax_progressivity", "eitc_exposure", "school_spending", "student_teacher_ratio"),
    *("test_scores", "dropout_rate", "colleges_per_capita", "college_tuition"),
    *("college_graduation", "labor_force_participation", "manufacturing_share"),
    *("chinese_imports_growth", "teen_labor_force", "migration_inflow", "migration_outflow"),
    *("foreign_born", "social_capital", "religious_share", "violent_crime", "single_mothers"),
    *("divorced", "married", "income_growth"),
)
"""The traits of the original's table, in its order: what this report adds changes nothing here."""


class Figure(NamedTuple):
    """One printed score: which task, model and score, its value, and where it stands."""

    task: str
    model: str
    score: str
    value: float
    place: str


_BINARY = 'section "Binary Classification"'
_MULTI = 'section "Multi-Label Classification"'

SCORES = (
    Figure("binary", "elastic net", "train accuracy", 0.8900523560209425, _BINARY),
    Figure("binary", "elastic net", "test accuracy", 0.8958333333333334, _BINARY),
    Figure("binary", "elastic net", "test AUC", 0.953913043478261, _BINARY),
    Figure("quartiles", "elastic net", "train accuracy", 0.7801047120418848, _MULTI),
    Figure("quartiles", "elastic net", "test accuracy", 0.71875, _MULTI),
)

# In words: "extremely high scores on training data (~95%) but much lower on test data (~80%)".
ENSEMBLES = (
    Figure("binary", "random forest", "train accuracy", 0.95, _BINARY),
    Figure("binary", "random forest", "test accuracy", 0.80, _BINARY),
    Figure("binary", "gradient boosting", "train accuracy", 0.95, _BINARY),
    Figure("binary", "gradient boosting", "test accuracy", 0.80, _BINARY),
)

# Rows are true quartiles, columns the predicted ones, as printed for the training rows.
TRAINING_CONFUSION = ((86, 6, 1, 1), (10, 64, 17, 2), (2, 14, 68, 14), (0, 4, 13, 80))
TRAINING_REPORT = {
    "precision": (0.88, 0.73, 0.69, 0.82),
    "recall": (0.91, 0.69, 0.69, 0.82),
    "f1-score": (0.90, 0.71, 0.69, 0.82),
    "support": (94, 93, 98, 97),
}

TOP_TEN = (
    "single_mothers",
    "teen_labor_force",
    "social_capital",
    "middle_class",
    "married",
    "commute_under_15",
    "eitc_exposure",
    "dropout_rate",
    "gini",
    "tax_progressivity",
)

# The printed positions of the top ten fit Table 8 with one column left out between "gini" and
# "middle_class": the bottom-99 % Gini or the top 1 % share. The first is the better correlate of
# the two and is missing from the top ten, so it is the one that was left out. That makes the
# 36 features.
LEFT_OUT = "gini_bottom99"

CLUSTERS = 4
