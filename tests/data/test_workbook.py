"""The reader of the workbook on made-up workbooks: whole, rearranged and broken."""

import pandas as pd
import pytest

from analysis.data import load, tables
from analysis.data.simulate import simulate
from analysis.data.tables import read_workbook
from analysis.errors import ReportError
from tests.data.sheets import T3, T5, T8, T9, ZONES, cell_of, first_zones, write_workbook


@pytest.fixture(scope="module")
def small():
    return first_zones(simulate()[0])


@pytest.fixture(autouse=True)
def few_zones(monkeypatch, small):
    monkeypatch.setattr(tables, "ZONE_COUNT", ZONES)
    monkeypatch.setattr(tables, "COUNTY_COUNT", len(small.counties))


def assert_same(found, expected):
    for name in ("characteristics", "mobility", "counties"):
        pd.testing.assert_frame_equal(
            getattr(found, name), getattr(expected, name), check_exact=True
        )


def test_what_was_written_is_read(tmp_path, small):
    found = read_workbook(write_workbook(tmp_path / "book.xls", small))
    assert_same(found, small)
    assert found.codebook.loc["single_mothers", "definition"] == "About single_mothers."
    assert found.codebook.loc["married", "domain"] == "Family structure"
    assert found.codebook.loc["am", "definition"] == "About am."


def rearrange(sheets):
    """Rename a sheet, push its table down, add a column, reverse another table's columns."""
    sheets["Characteristics"] = [[], *sheets.pop(T8)]
    header, numbering, *body = [row for row in sheets["Characteristics"] if len(row) > 3]
    header.insert(1, "Extra")
    numbering.append("(42)")
    for row in body:
        row.insert(1, "more")
    header, numbering, *body = [row for row in sheets[T5] if len(row) > 3]
    for row in (header, *body):
        row[1:] = row[:0:-1]


def test_tables_are_found_wherever_they_stand(tmp_path, small):
    assert_same(read_workbook(write_workbook(tmp_path / "book.xls", small, rearrange)), small)


def put(sheet, header, row, value):
    """A change that puts a value under a header."""

    def change(sheets):
        cells, place = cell_of(sheets, sheet, header, row)
        cells[place] = value

    return change


def rename(sheet, old, new):
    """A change that renames a header."""

    def change(sheets):
        row = next(row for row in sheets[sheet] if old in row)
        row[row.index(old)] = new

    return change


def drop_table_8(sheets):
    del sheets[T8]


def drop_rows(sheets):
    sheets[T8] = sheets[T8][:5]


def drop_a_zone(sheets):
    del sheets[T8][-2]


def drop_a_county(sheets):
    zone = sheets[T3][-1][2]
    sheets[T3] = [row for row in sheets[T3] if len(row) < 3 or row[2] != zone]


def drop_table(sheets):
    sheets[T8] = sheets[T8][:3]


def repeat_zone(sheets):
    cells, place = cell_of(sheets, T8, "CZ", 3)
    cells[place] = cell_of(sheets, T8, "CZ", 2)[0][place]


BROKEN = {
    "no table 8": (drop_table_8, ["no sheet 'Online Data Table 8'", "Table of Contents"]),
    "renamed header": (rename(T8, "Urban Areas", "Urban Area"), ["'Urban Areas'", "'urban area'"]),
    "duplicate zone": (repeat_zone, ["repeats the CZ 206", T8]),
    "text for a number": (put(T8, "Gini", 4, "n/a"), ["(Gini)", "a number", "'n/a'", "Cell M"]),
    "number for a name": (put(T8, "CZ Name", 4, 5.0), ["(CZ Name)", "text"]),
    "zone number missing": (put(T8, "CZ", 4, None), ["(CZ)", "a number"]),
    "zone number not whole": (put(T5, "CZ", 4, 0.5), ["(CZ)", "a whole number", "0.5"]),
    "zone number negative": (put(T5, "CZ", 4, -7.0), ["(CZ)", "a positive number", "-7"]),
    "share above 1": (put(T8, "Frac. Black", 0, 7.0), ["(Frac. Black)", "between 0 and 1", "7"]),
    "rank above 100": (put(T5, "AM, 80-82 Cohort", 1, 101.0), ["between 0 and 100", "101"]),
    "error value": (put(T8, "Gini", 4, "#DIV/0!"), ["(Gini)", "a number", "#DIV/0!"]),
    "truth value": (put(T8, "Gini", 4, True), ["(Gini)", "a number"]),
    "unknown state": (put(T3, "State", 0, "Guam"), ["unknown state", "'Guam'"]),
    "header without rows": (drop_rows, ["headers but no rows", T8]),
    "no header row": (drop_table, ["no header row", "'CZ'", T8]),
    "zone missing": (drop_a_zone, [f"{ZONES - 1} commuting zones", str(ZONES)]),
    "zone without counties": (drop_a_county, ["Tables 3 and 8", "same commuting zones"]),
    "no definition": (rename(T9, "Violent Crime Rate", "Crime"), ["'Violent Crime Rate'"]),
    "no definitions": (rename(T9, "Definition", "Meaning"), [T9, "Variable, Definition, Source"]),
}


@pytest.mark.parametrize(("change", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_workbook_is_refused_in_one_sentence(tmp_path, small, change, words):
    path = write_workbook(tmp_path / "book.xls", small, change)
    with pytest.raises(ReportError) as caught:
        read_workbook(path)
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert str(path) in message or message.startswith("The workbook's")
    assert message.endswith(".")
    assert "\n" not in message


def half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


FILES = {
    "an error page": (lambda p: p.write_text("\n<!DOCTYPE html><p>Not found"), "a web page"),
    "a new format": (lambda p: p.write_bytes(b"PK\x03\x04" + bytes(600)), ".xlsx"),
    "empty": (lambda p: p.write_bytes(b""), "not an .xls workbook"),
    "cut in half": (half, "truncated"),
    "cut after its first bytes": (lambda p: p.write_bytes(p.read_bytes()[:600]), "truncated"),
}


@pytest.mark.parametrize(("spoil", "words"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_whole_workbook_is_refused(tmp_path, small, spoil, words):
    path = write_workbook(tmp_path / "book.xls", small)
    spoil(path)
    with pytest.raises(ReportError, match=words) as caught:
        read_workbook(path)
    assert str(path) in str(caught.value)


def test_every_cut_of_a_workbook_is_refused(tmp_path, small):
    whole = write_workbook(tmp_path / "book.xls", small).read_bytes()
    for share in range(1, 20):
        cut = tmp_path / f"{share}.xls"
        cut.write_bytes(whole[: len(whole) * share // 20])
        with pytest.raises(ReportError):
            read_workbook(cut)


def test_a_folder_in_the_place_of_the_workbook_is_refused(tmp_path):
    with pytest.raises(ReportError, match="cannot be read"):
        read_workbook(tmp_path)


def test_load_never_simulates_over_a_broken_workbook(raw, small):
    (raw / "online_data_tables-8.xls").write_text("<html>")
    with pytest.raises(ReportError, match="web page"):
        load()
