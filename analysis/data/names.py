"""The columns of the workbook's tables: their names here and there, titles, units and ranges.

This is the one place that joins a column's name to its header in the workbook and to its
entry in the workbook's codebook. Units were checked against the values, because the
workbook does not state them: the income share of the top 1% is in per cent in Table 8 and a
share in Table 3, school spending is in thousands of dollars, and what Table 8 calls the
"Teacher Student Ratio" counts students per teacher, as its codebook entry says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

TARGET = "am"

RANGES = {
    "share": (0.0, 1.0),
    "percent": (0.0, 100.0),
    "rank": (0.0, 100.0),
    # No more than the country has residents; no income or spending a person above ten millions.
    "count": (0.0, 3e8),
    "dollars": (0.0, 1e7),
    "thousands": (0.0, 1e4),
    "rate": (0.0, 100.0),
    "indicator": (0.0, 1.0),
    # A Gini coefficient exceeds 1 where incomes are negative, and an index misses 0 by a hair.
    "index": (-0.1, 2.0),
    "slope": (-2.0, 2.0),
    "residual": (-100.0, 100.0),
}
"""Values that a kind of column can take: no real one is outside, and few damaged ones inside."""


@dataclass(frozen=True)
class Column:
    """One column of one table of the workbook.

    Attributes
    ----------
    name : str
        Column name in data frames.
    header : str
        Its header in the workbook, spelt as there (white space and case aside).
    title : str
        Title for readers, in sentence case.
    unit : str
        Unit in words.
    kind : str
        What the values are, for checks and for number formats: "identifier", "text",
        "share" (0 to 1, printed as per cent), "percent" (0 to 100), "rank" (0 to 100),
        "count", "dollars", "thousands" (of dollars), "rate" (a quotient that is not a
        share), "slope", "index", "residual" (around 0), or "indicator" (0 or 1).
    entry : str
        Title of its entry in the workbook's codebook, if other than the header.
    """

    name: str
    header: str
    title: str
    unit: str
    kind: str
    entry: str = ""

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value allowed."""
        return RANGES.get(self.kind, (-math.inf, math.inf))


_CZ = Column("cz", "CZ", "Zone number", "1990 commuting-zone number", "identifier")
_ZONE = Column("zone", "CZ Name", "Commuting zone", "name", "text")
_STATE = Column("state", "State", "State", "postal code", "text")

CHARACTERISTICS = (
    _CZ,
    _ZONE,
    _STATE,
    Column("population", "Census 2000 population", "Population", "residents", "count"),
    Column("urban", "Urban Areas", "Urban area", "1 if urban, 0 if rural", "indicator"),
    Column(
        "frac_black",
        "Frac. Black",
        "Black residents",
        "share of residents",
        "share",
        "Fraction Black",
    ),
    Column(
        "racial_segregation",
        "Racial Segregation",
        "Racial segregation",
        "Theil index, 0 to 1",
        "index",
    ),
    Column(
        "income_segregation",
        "Income Segregation",
        "Income segregation",
        "rank-order index, 0 to 1",
        "index",
    ),
    Column(
        "segregation_poverty",
        "Segregation of Poverty (<p25)",
        "Segregation of poverty",
        "rank-order index, 0 to 1",
        "index",
    ),
    Column(
        "segregation_affluence",
        "Segregation of Affluence (>p75)",
        "Segregation of affluence",
        "rank-order index, 0 to 1",
        "index",
    ),
    Column(
        "commute_under_15",
        "Frac. with Commute < 15 Mins",
        "Commutes under 15 minutes",
        "share of workers who commute",
        "share",
        "Fraction with Commute < 15 Mins",
    ),
    Column(
        "income_per_capita",
        "Household Income per capita",
        "Household income per capita",
        "dollars a year per resident aged 16 to 64",
        "dollars",
    ),
    Column("gini", "Gini", "Gini coefficient", "Gini coefficient, 0 to 1", "index"),
    Column(
        "top1_share",
        "Top 1% Income Share",
        "Income share of the top 1%",
        "per cent of parents' income",
        "percent",
    ),
    Column(
        "gini_bottom99",
        "Gini Bottom 99%",
        "Gini coefficient, bottom 99%",
        "Gini coefficient less the top 1% share",
        "index",
    ),
    Column(
        "middle_class",
        "Frac. Between p25 and p75",
        "Middle class",
        "share of parents between the national 25th and 75th percentiles",
        "share",
        "Fraction Middle Class (between p25 and p75)",
    ),
    Column(
        "local_tax_rate",
        "Local Tax Rate",
        "Local tax rate",
        "share of income per capita",
        "share",
    ),
    Column(
        "local_gov_spending",
        "Local Government Expenditures Per Capita",
        "Local government spending per capita",
        "dollars a year per resident",
        "dollars",
        "Local Govt Expenditures Per Capita",
    ),
    Column(
        "tax_progressivity",
        "State Income Tax Progressivity",
        "State income tax progressivity",
        "percentage points between two tax rates",
        "rate",
        "Tax Progressivity",
    ),
    Column(
        "eitc_exposure",
        "State EITC Exposure",
        "State EITC exposure",
        "per cent on top of the federal credit",
        "percent",
    ),
    Column(
        "school_spending",
        "School Expenditure per Student",
        "School spending per student",
        "thousands of dollars a year per student",
        "thousands",
    ),
    Column(
        "student_teacher_ratio",
        "Teacher Student Ratio",
        "Students per teacher",
        "students per teacher",
        "rate",
        "Student Teacher Ratio",
    ),
    Column(
        "test_scores",
        "Test Score Percentile (Income Adjusted",
        "Test scores, adjusted for income",
        "percentile points above what income predicts",
        "residual",
        "Test Score Percentile (Income adjusted)",
    ),
    Column(
        "dropout_rate",
        "High School Dropout Rate (Income Adjusted)",
        "High school dropout rate, adjusted for income",
        "share of students above what income predicts",
        "residual",
    ),
    Column(
        "colleges_per_capita",
        "Number of Colleges per Capita",
        "Colleges per capita",
        "colleges per 1,000 residents",
        "rate",
    ),
    Column("college_tuition", "College Tuition", "College tuition", "dollars a year", "dollars"),
    Column(
        "college_graduation",
        "College Graduation Rate (Income Adjusted)",
        "College graduation rate, adjusted for income",
        "share of students above what income predicts",
        "residual",
    ),
    Column(
        "labor_force_participation",
        "Labor Force Participation Rate",
        "Labor force participation",
        "share of people aged 16 or older",
        "share",
        "Labor Force Participation",
    ),
    Column(
        "manufacturing_share",
        "Manufacturing Employment Share",
        "Manufacturing employment",
        "share of employed people aged 16 or older",
        "share",
        "Share Working in Manufacturing",
    ),
    Column(
        "chinese_imports_growth",
        "Growth in Chinese Imports 1990-2000",
        "Growth in Chinese imports, 1990-2000",
        "growth per worker, annual rate times 10",
        "residual",
        "Growth in Chinese Imports",
    ),
    Column(
        "teen_labor_force",
        "Teenage Labor Force Participation Rate",
        "Teenage labor force participation",
        "share of children aged 14 to 16, on the source's own scale",
        "rate",
        "Teenage (14-16) Labor Force Participation",
    ),
    Column(
        "migration_inflow",
        "Migration Inflow Rate",
        "Migration inflow",
        "arrivals in a year as a share of residents",
        "share",
    ),
    Column(
        "migration_outflow",
        "Migration Outlflow Rate",
        "Migration outflow",
        "departures in a year as a share of residents",
        "share",
    ),
    Column(
        "foreign_born",
        "Frac. Foreign Born",
        "Foreign-born residents",
        "share of residents",
        "share",
        "Fraction Foreign Born",
    ),
    Column(
        "social_capital",
        "Social Capital Index",
        "Social capital",
        "standardized index",
        "residual",
    ),
    Column(
        "religious_share",
        "Fraction Religious",
        "Religious adherents",
        "adherents per resident, which can exceed 1",
        "rate",
    ),
    Column(
        "violent_crime",
        "Violent Crime Rate",
        "Violent crime",
        "arrests a year per resident",
        "rate",
    ),
    Column(
        "single_mothers",
        "Fraction of Children with Single Mothers",
        "Children with single mothers",
        "share of households with children",
        "share",
    ),
    Column(
        "divorced",
        "Fraction of Adults Divorced",
        "Divorced adults",
        "share of people aged 15 or older",
        "share",
    ),
    Column(
        "married",
        "Fraction of Adults Married",
        "Married adults",
        "share of people aged 15 or older",
        "share",
    ),
    Column(
        "income_growth",
        "Income Growth 2000-2006/10",
        "Income growth, 2000 to 2006-2010",
        "growth a year, as a share",
        "residual",
    ),
)
"""Table 8, in the order of the sheet."""

FEATURES = tuple(
    column.name
    for column in CHARACTERISTICS
    if column.name not in {"cz", "zone", "state", "frac_black"}
)
"""The traits that are set against the target: Table 8 without identifiers and race."""

_RANK = "percentile rank, 0 to 100"
_RANK_SLOPE = "ranks of the child per rank of the parents"
_POINT_SLOPE = "percentage points per rank of the parents"


def _rank_pair(suffix: str, header: str, words: str) -> tuple[Column, Column]:
    """Absolute and relative mobility in ranks, for one group of children or definition."""
    return (
        Column(f"am_{suffix}", f"AM, {header}", f"Upward mobility, {words}", _RANK, "rank"),
        Column(f"rm_{suffix}", f"RM, {header}", f"Rank slope, {words}", _RANK_SLOPE, "slope"),
    )


def _percent_pair(suffix: str, header: str, words: str) -> tuple[Column, Column]:
    """Rate of an outcome at the 25th percentile, and its slope, for one outcome."""
    return (
        Column(f"am_{suffix}", f"AM, {header}", words, "per cent of children", "percent"),
        Column(f"rm_{suffix}", f"RM, {header}", f"{words}, slope", _POINT_SLOPE, "slope"),
    )


MOBILITY = (
    _CZ,
    _ZONE,
    _STATE,
    Column(
        "children",
        "Children in 1980-82 Cohorts",
        "Children in the 1980-82 cohorts",
        "children",
        "count",
    ),
    Column("am", "AM, 80-82 Cohort", "Absolute upward mobility", _RANK, "rank"),
    Column("rm", "RM, 80-82 Cohort", "Relative mobility (rank slope)", _RANK_SLOPE, "slope"),
    Column(
        "q1_to_q5",
        "P(Child in Q5 | Parent in Q1), 80-85 Cohort",
        "From the bottom to the top fifth",
        "share of children from the bottom fifth",
        "share",
    ),
    *_percent_pair("college", "College Attendance", "College attendance"),
    *_percent_pair("teen_birth", "Teenage birth", "Teenage birth"),
    *_rank_pair("female", "Females", "daughters"),
    *_rank_pair("male", "Males", "sons"),
    *_rank_pair("male_individual", "Males, Individual Income", "sons' own income"),
    *_rank_pair("cost_adjusted", "Cost of Living Adjusted", "adjusted for the cost of living"),
    Column(
        "am_2011",
        "AM, 2011-2012 Parent Income",
        "Upward mobility, parents' income of 2011-2012",
        _RANK,
        "rank",
    ),
    Column(
        "rm_2011",
        "RM, 2011-2012, Parent Income",
        "Rank slope, parents' income of 2011-2012",
        _RANK_SLOPE,
        "slope",
    ),
    *_rank_pair("single_parents", "Single Parents", "children of single parents"),
    *_rank_pair("married_parents", "Married Parents", "children of married parents"),
    *_rank_pair("8385", "83-85 Cohort", "1983-85 cohorts"),
    *_rank_pair("8085", "80-85 Cohort", "1980-85 cohorts"),
    Column(
        "am_white80",
        "AM, %White>80% ZIPs",
        "Upward mobility, ZIP codes over 80% white",
        _RANK,
        "rank",
        "AM, %White>80% ZIP codes",
    ),
    Column(
        "rm_white80",
        "RM, %White>80% ZIPs",
        "Rank slope, ZIP codes over 80% white",
        _RANK_SLOPE,
        "slope",
        "RM, %White>80% ZIP codes",
    ),
    *_percent_pair("poverty_line", "Poverty Line", "Children above the poverty line"),
    Column(
        "am_college_quality",
        "AM, College Quality",
        "College quality at the 25th percentile",
        "percentile rank of college quality, 0 to 100",
        "rank",
    ),
    Column(
        "rm_college_quality",
        "RM, College Quality",
        "College quality, slope",
        "college-quality ranks per rank of the parents",
        "slope",
    ),
)
"""Table 5, in the order of the sheet."""

COUNTIES = (
    Column("county", "County FIPS Code", "County number", "FIPS code", "identifier"),
    Column("county_name", "County Name", "County", "name", "text"),
    Column("cz", "Commuting Zone ID", "Zone number", "1990 commuting-zone number", "identifier"),
    Column("cz_name", "Commuting Zone Name", "Commuting zone", "name", "text"),
    Column("state", "State", "State", "postal code", "text"),
    Column("children", "Number of Children in Core Sample", "Children", "children", "count"),
    Column("rm", "Rank-Rank Slope", "Relative mobility (rank slope)", _RANK_SLOPE, "slope"),
    Column("am", "Absolute Upward Mobility", "Absolute upward mobility", _RANK, "rank"),
    Column(
        "top1_share",
        "Top 1% Income Share",
        "Income share of the top 1%",
        "share of parents' income",
        "share",
    ),
    Column(
        "iqr_income",
        "Interquartile Income Range",
        "Interquartile range of income",
        "dollars a year",
        "dollars",
    ),
    # Two counties exceed 1, which a Gini coefficient can where incomes are negative.
    Column("gini", "Gini", "Gini coefficient", "Gini coefficient", "index"),
    Column(
        "teen_birth_rate",
        "Teenage Birth Rate",
        "Teenage births",
        "share of daughters",
        "share",
    ),
    Column(
        "middle_class",
        "Share Between p25 and p75",
        "Middle class",
        "share of parents between the national 25th and 75th percentiles",
        "share",
    ),
    *(
        Column(
            f"{statistic}_{who.lower()}_income",
            header.format(who),
            f"{who} income, {words}",
            "dollars a year",
            "dollars",
        )
        for statistic, header, words in (
            ("mean", "Mean {} Income", "mean"),
            ("p25", "{} Income P25", "25th percentile"),
            ("median", "Median {} Income", "median"),
            ("p75", "{} Income P75", "75th percentile"),
            ("p90", "{} Income P90", "90th percentile"),
            ("p99", "{} Income P99", "99th percentile"),
        )
        for who in ("Parent", "Child")
    ),
)
"""Table 3, in the order of the sheet."""
