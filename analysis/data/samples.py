"""Which commuting zones count as minority communities: three definitions, one in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from analysis.errors import ReportError

WHITE_SHARE = "share_white2000"
DEFINITIONS = ("tract", "list", "county")
"""Names of the definitions, the preferred one first."""

LABELS = MappingProxyType(
    {
        "tract": "Commuting zones with at least one census tract whose white share of residents "
        "in 2000 is below the mean over all tracts.",
        "list": "Commuting zones with at least one census tract whose white share of residents "
        "in 2000 is below the mean over all tracts, taken from a precomputed list.",
        "county": "Commuting zones with at least one county whose white share of residents "
        "in 2000 is below the mean over all counties.",
    }
)


@dataclass(frozen=True)
class Sample:
    """A definition of the minority sample and the zones it keeps.

    Attributes
    ----------
    name : str
        "tract", "list" or "county".
    label : str
        The rule, as a sentence for readers.
    zones : frozenset of int
        Numbers of the commuting zones.
    """

    name: str
    label: str
    zones: frozenset[int]

    @property
    def count(self) -> int:
        """How many zones they are."""
        return len(self.zones)


def make_sample(name: str, zones: frozenset[int]) -> Sample:
    """Join zones to the words of their definition."""
    return Sample(name, LABELS[name], zones)


def read_zone_list(path: Path) -> frozenset[int]:
    """Read a list of commuting zones: a CSV file with the column ``cz``.

    Raises
    ------
    ReportError
        If the file has no such list, or a zone stands twice.
    """
    zones = read_numbers(path, ["cz"])["cz"]
    if zones.isna().any():
        raise ReportError(f"{path} has an empty cell in its column 'cz': fill or drop the row.")
    if zones.duplicated().any():
        repeated = int(zones[zones.duplicated()].iloc[0])
        raise ReportError(f"{path} lists the commuting zone {repeated} twice.")
    return _whole(zones, path)


def read_zones_below_mean(path: Path, rows: range | None = None) -> frozenset[int]:
    """Read the zones with at least one place whose white share is below the mean of places.

    Parameters
    ----------
    path : Path
        A CSV file with one row a place (census tract or county) and the columns ``cz`` and
        ``share_white2000`` (0 to 1); rows without a share count for nothing.
    rows : range, optional
        How many rows the file may have.

    Notes
    -----
    The mean is over places and not over residents: the rule of the original study.

    Raises
    ------
    ReportError
        If the file is not such a table.
    """
    places = read_numbers(path, ["cz", WHITE_SHARE])
    if rows is not None and len(places) not in rows:
        least = f"{rows[0]:,}" if len(rows) == 1 else f"{rows[0]:,} to {rows[-1]:,}"
        raise ReportError(
            f"{path} has {len(places):,} rows where {least} are expected: get it again."
        )
    shares = places[WHITE_SHARE]
    if not shares.dropna().between(0, 1).all():
        raise ReportError(f"{path} has a value outside 0 to 1 in its column {WHITE_SHARE!r}.")
    below = places.loc[shares < shares.mean(), "cz"].dropna()
    if below.empty:
        raise ReportError(f"{path} has no commuting zone with a place below the mean share.")
    return _whole(below, path)


def choose(samples: Mapping[str, Sample], wanted: str | None) -> Sample:
    """Take the wanted definition, or the first one to be had in the order of preference.

    Raises
    ------
    ReportError
        If the wanted one is unknown or cannot be had.
    """
    if wanted is None:
        return next(samples[name] for name in DEFINITIONS if name in samples)
    if wanted not in samples:
        known = "is not a definition" if wanted not in DEFINITIONS else "has no file here"
        raise ReportError(
            f"The minority sample {wanted!r} {known}: choose among {', '.join(samples)}."
        )
    return samples[wanted]


def read_numbers(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read numeric columns of a CSV file, empty cells as NaN."""
    text = _read_text(path, columns)
    missing = [column for column in columns if column not in text.columns]
    if missing:
        raise ReportError(f"{path} has no column {missing[0]!r} in its first line.")
    if text.empty:
        raise ReportError(f"{path} has a header line and no rows.")
    if not path.read_bytes().endswith((b"\n", b"\r")):
        raise ReportError(
            f"{path} ends in the middle of a line, so it may have been cut: get it again, or end "
            "its last line."
        )
    numbers = text[columns].apply(pd.to_numeric, errors="coerce")
    not_numbers = numbers.isna() & text[columns].notna()
    for column in columns:
        if not_numbers[column].any():
            row = int(not_numbers[column].to_numpy().argmax())
            raise ReportError(
                f"{path} should hold numbers in its column {column!r} and holds "
                f"{text[column].iloc[row]!r} in row {row + 1} below its header."
            )
    return numbers


def _read_text(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read the wanted columns, as far as the file has them, as text."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            if file.read(64).lstrip().startswith("<"):
                raise ReportError(
                    f"{path} is a web page and not a CSV file: delete it and get it again."
                )
        return pd.read_csv(
            path,
            usecols=lambda name: name in columns,
            dtype="str",
            encoding="utf-8-sig",
        )
    except pd.errors.EmptyDataError as error:
        raise ReportError(f"{path} is empty: delete it and get it again.") from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} is not a readable CSV file: get it again.") from error
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror}).") from error


def _whole(zones: pd.Series, path: Path) -> frozenset[int]:
    if (zones % 1 != 0).any() or (zones <= 0).any():
        wrong = zones[(zones % 1 != 0) | (zones <= 0)].iloc[0]
        raise ReportError(f"{path} has {wrong:g} in its column 'cz', which is no zone's number.")
    return frozenset(int(zone) for zone in zones)
