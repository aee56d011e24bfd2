"""The real workbook: cells read independently, counts, units, and the source's own rules."""

import re

import numpy as np
import pytest
import xlrd

from analysis.data import FEATURES
from analysis.data.codebook import MENDED, marked_titles
from analysis.data.locate import locate
from analysis.data.names import CHARACTERISTICS
from analysis.data.registry import WORKBOOK
from analysis.data.workbook import normal

pytestmark = pytest.mark.needs_data

# Sheet, row and column by absolute position (from 0), and where the reader puts that cell.
CELLS = [
    ("Online Data Table 8", 8, 0, "table8", 0, "cz"),
    ("Online Data Table 8", 8, 40, "table8", 0, "income_growth"),
    ("Online Data Table 8", 11, 37, "table8", 3, "single_mothers"),
    ("Online Data Table 8", 748, 21, "table8", 740, "student_teacher_ratio"),
    ("Online Data Table 8", 748, 1, "table8", 740, "zone"),
    ("Online Data Table 5", 52, 3, "table5", 0, "children"),
    ("Online Data Table 5", 52, 4, "table5", 0, "am"),
    ("Online Data Table 5", 54, 6, "table5", 2, "q1_to_q5"),
    ("Online Data Table 5", 792, 34, "table5", 740, "rm_college_quality"),
    ("Online Data Table 5", 792, 2, "table5", 740, "state"),
    ("Online Data Table 3", 31, 0, "counties", 0, "county"),
    ("Online Data Table 3", 31, 2, "counties", 0, "cz"),
    ("Online Data Table 3", 3171, 8, "counties", 3140, "top1_share"),
    ("Online Data Table 3", 3171, 24, "counties", 3140, "p99_child_income"),
]


@pytest.fixture(scope="module")
def book():
    return xlrd.open_workbook(locate(WORKBOOK), on_demand=True)


@pytest.mark.parametrize(("sheet", "row", "column", "frame", "index", "name"), CELLS)
def test_cells_stand_where_they_should(study, book, sheet, row, column, frame, index, name):
    expected = book.sheet_by_name(sheet).cell_value(row, column)
    assert getattr(study, frame)[name].iloc[index] == expected


def test_every_number_of_a_table_is_read(study, book):
    sheet = book.sheet_by_name("Online Data Table 8")
    total = count = 0
    for row in range(8, sheet.nrows):
        values = [c.value for c in sheet.row(row)[3:] if c.ctype == xlrd.XL_CELL_NUMBER]
        total, count = total + sum(values), count + len(values)
    numbers = study.table8.drop(columns=["cz", "zone", "state"]).to_numpy(dtype="float64")
    assert np.isfinite(numbers).sum() == count
    assert np.nansum(numbers) == pytest.approx(total, rel=1e-12)


def test_counts(study):
    assert len(study.table8) == len(study.table5) == len(study.zones) == 741
    assert study.zones["cz"].is_unique
    assert study.zones["am"].notna().sum() == 709
    assert study.zones["state"].nunique() == 51
    assert len(study.counties) == 3141
    assert study.counties["county"].is_unique
    assert set(study.counties["cz"]) == set(study.zones["cz"])


def test_units_follow_from_the_values(study):
    zones = study.zones
    difference = zones["gini"] - zones["top1_share"] / 100 - zones["gini_bottom99"]
    assert difference.abs().max() < 2e-5
    colleges = zones["colleges_per_capita"] * zones["population"] / 1000
    assert (colleges - colleges.round()).abs().max() < 1e-3
    assert zones["student_teacher_ratio"].min() > 5
    assert zones["school_spending"].median() < 20
    assert study.counties["top1_share"].max() < 1 < zones["top1_share"].min()


def test_zeros_in_the_place_of_missing_slopes_are_dropped(study):
    hidden = study.table5["am_college_quality"].isna().to_numpy()
    assert (study.table5.loc[hidden, "rm_college_quality"] == 0).all()
    assert study.zones.loc[hidden, "rm_college_quality"].isna().all()
    assert study.zones.loc[~hidden, "rm_college_quality"].notna().all()


def test_the_codebook_covers_every_column(study):
    codebook = study.codebook
    assert list(codebook.index) == list(study.zones.columns)
    texts = codebook.drop(columns=["table", "measured_later"])
    assert (texts.map(len) > 0).all(axis=None)
    assert set(codebook["table"]) == {5, 8}
    assert codebook.loc["single_mothers", "source"] == "2000 Census SF3 Sample Data Table P015"
    assert codebook.loc["divorced", "domain"] == "Family structure"
    assert codebook.loc["gini_bottom99", "definition"].startswith("Gini coefficient minus")
    assert codebook["title"].is_unique


def test_domains_are_the_groups_of_the_codebook(study, book):
    sheet = book.sheet_by_name("Online Data Table 9")
    header = next(row for row in range(sheet.nrows) if "Variable" in sheet.row_values(row))
    place = sheet.row_values(header).index("Variable")
    group, groups = "", {}
    for row in range(header + 1, sheet.nrows):
        group = str(sheet.cell_value(row, place - 1)).strip() or group
        groups[normal(sheet.cell_value(row, place))] = normal(group)
    for column in CHARACTERISTICS:
        if not column.definition:
            assert normal(column.domain) == groups[normal(column.entry)], column.name


def test_slips_of_the_source_are_mended_and_its_titles_kept(study):
    definitions = study.codebook["definition"]
    assert not any(definitions.str.contains(slip, regex=False).any() for slip in MENDED)
    assert "institutions" in definitions["colleges_per_capita"]
    assert study.codebook.loc["migration_outflow", "original"] == "Migration Outlflow Rate"
    assert study.codebook.loc["migration_outflow", "title"] == "Migration outflow"
    assert study.codebook.loc["student_teacher_ratio", "original"] == "Teacher Student Ratio"
    assert study.codebook.loc["student_teacher_ratio", "unit"] == "students per teacher"


def test_the_published_correlations_of_the_replication(study):
    """Means fill every gap of the listed zones: the source study's own recipe."""
    zones = study.zones[study.zones["cz"].isin(study.samples["list"].zones)]
    filled = zones.select_dtypes("number").fillna(zones.mean(numeric_only=True))
    correlations = filled.corr()["am"]
    assert len(zones) == 478
    assert zones["am"].notna().sum() == 471
    assert correlations["single_mothers"] == pytest.approx(-0.717273, abs=5e-7)
    assert correlations["gini_bottom99"] == pytest.approx(-0.515863, abs=5e-7)
    assert correlations["married"] == pytest.approx(0.600963, abs=5e-7)
    assert correlations["cz"] == pytest.approx(0.550265, abs=5e-7)


def test_traits_dated_after_childhood_are_those_with_a_later_year(study):
    """Years of the source other than those of papers (in brackets) and of dollars."""
    for name in FEATURES:
        entry = study.codebook.loc[name]
        text = " ".join([entry["definition"], entry["source"], entry["original"]])
        text = re.sub(r"\(\d{4}\)|\d{4} dollars", "", text)
        years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text)]
        later = max(years, default=0) > 2001
        assert (entry["measured_later"] != "") == later, name
        assert all(year in text for year in re.findall(r"\d{4}", entry["measured_later"])), name


def test_titles_of_later_traits_carry_a_mark(study):
    marked = marked_titles(study.codebook)
    assert marked["income_growth"] == study.codebook.loc["income_growth", "title"] + "*"
    assert marked["single_mothers"] == study.codebook.loc["single_mothers", "title"]
