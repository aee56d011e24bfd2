"""Licenses of the packages that made this copy, as the packages themselves state them."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata

import pandas as pd

from analysis.paths import ROOT

REQUIREMENTS = ROOT / "requirements.txt"
FAMILIES = {
    "Apache": r"apache",
    "BSD": r"\bbsd|enthought",
    "ISC": r"\bisc\b",
    "MIT": r"\bmit\b",
    "MPL": r"\bmpl\b|mozilla",
    "PSF": r"\bpsfl?\b|python software foundation",
}
OTHER = "in a file of its own"


def licenses() -> pd.DataFrame:
    """Every package of ``requirements.txt`` that is installed here.

    Returns
    -------
    DataFrame
        One row a package: ``package``, ``version``, ``stated`` (its own words, at most a
        line), ``family`` (such as "MIT", or "Apache, BSD" for two).
    """
    names = re.findall(r"^([\w.-]+)==", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    rows = []
    for name in sorted(names, key=str.lower):
        try:
            about = metadata(name)
        except PackageNotFoundError:  # it is for other systems
            continue
        stated = _stated(about)
        rows.append((name, about["Version"], stated, _family(stated)))
    return pd.DataFrame(rows, columns=["package", "version", "stated", "family"])


def _stated(about) -> str:
    """The license by its standard name, else by its class, else the first line of its text."""
    classes = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or []
               if line.startswith("License ::")]  # fmt: skip
    lines = (about.get("License") or "").strip().splitlines()
    license_ = about.get("License-Expression") or ", ".join(classes) or (lines or [""])[0]
    return license_ or OTHER


def _family(stated: str) -> str:
    families = [name for name, words in FAMILIES.items() if re.search(words, stated, re.IGNORECASE)]
    return ", ".join(families) or OTHER
