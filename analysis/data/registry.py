"""The raw files that the report uses: what they are, where they come from, how to check them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from analysis.data.atlas import read_atlas
from analysis.data.exposure import RAW_EFFECT, RAW_ERROR, read_exposure
from analysis.data.samples import read_zone_list, read_zones_below_mean
from analysis.data.social_capital import read_social_capital
from analysis.data.stata import check_stata
from analysis.data.tables import read_workbook


@dataclass(frozen=True)
class RawFile:
    """One raw file.

    Attributes
    ----------
    name : str
        File name, which it is looked for by.
    title, purpose : str
        What it is, and what the report does with it.
    addresses : tuple of str
        Direct addresses, tried in order; empty where there is none.
    by_hand : str
        How a person gets it, as a clause.
    sha256 : str or None
        Checksum of the file that the report was written with; None if not known.
    license, citation : str
    reader : callable
        Reads the file from a path and raises `ReportError` unless its structure is as
        expected: the check of a file whose checksum is not the known one.
    most : int
        Bytes at most: a server that sends more does not send this file.
    zones : int or None
        How many commuting zones the known file puts into the sample.
    """

    name: str
    title: str
    purpose: str
    addresses: tuple[str, ...]
    by_hand: str
    sha256: str | None
    license: str
    citation: str
    reader: Callable[[Path], object]
    most: int = 10_000_000
    zones: int | None = None


_INSIGHTS = "https://opportunityinsights.org"
_INSIGHTS_BY_HAND = f"find it at {_INSIGHTS}/data/"
_INSIGHTS_LICENSE = "Opportunity Insights public data library, attribution requested"
_LAND = (
    "Chetty, R., Hendren, N., Kline, P. and Saez, E. (2014). Where is the Land of Opportunity? "
    "The Geography of Intergenerational Mobility in the United States. "
    "Quarterly Journal of Economics 129(4), 1553-1623. Online data tables."
)
_ATLAS = (
    "Chetty, R., Friedman, J. N., Hendren, N., Jones, M. R. and Porter, S. R. (2018). "
    "The Opportunity Atlas: Mapping the Childhood Roots of Social Mobility. Opportunity Insights. "
)
_IMPACTS = (
    "Chetty, R. and Hendren, N. (2018). The Impacts of Neighborhoods on Intergenerational "
    "Mobility II: County-Level Estimates. Quarterly Journal of Economics 133(3), 1163-1228. "
    "Online Data Table 3."
)
_SYNTHETIC_BY_HAND = (
    "sign in at https://microdata.worldbank.org/index.php/catalog/5906 and download the Stata files"
)
_SYNTHETIC = (
    "World Bank (2023). Synthetic Data for an Imaginary Country, Sample, 2023. "
    "World Bank Microdata Library, no. 5906."
)

WORKBOOK = RawFile(
    name="online_data_tables-8.xls",
    title="Online Data Tables of Chetty, Hendren, Kline and Saez (2014)",
    purpose="mobility and traits of commuting zones and counties",
    addresses=(
        f"{_INSIGHTS}/wp-content/uploads/2018/04/online_data_tables-8.xls",
        "https://www.equality-of-opportunity.org/images/online_data_tables.xls",
    ),
    by_hand=_INSIGHTS_BY_HAND,
    sha256="3c851b8fda1a4dab35e2c6f45f50cf031d95d179599976a2d304ff00202a7de8",
    license=_INSIGHTS_LICENSE,
    citation=_LAND,
    reader=read_workbook,
)
TRACTS = RawFile(
    name="tract_covariates.csv",
    title="Neighborhood Characteristics by Census Tract",
    purpose="minority sample, original definition",
    addresses=(f"{_INSIGHTS}/wp-content/uploads/2018/10/tract_covariates.csv",),
    by_hand=_INSIGHTS_BY_HAND,
    sha256=None,
    license=_INSIGHTS_LICENSE,
    citation=_ATLAS + "Neighborhood Characteristics by Census Tract.",
    # The Census of 2010 has 73,057 tracts in the states and some hundred in Puerto Rico.
    reader=partial(read_zones_below_mean, rows=range(72_000, 75_000)),
    most=100_000_000,
)
ZONE_LIST = RawFile(
    name="minority_commuting_zones.csv",
    title="Commuting zones of the minority sample",
    purpose="minority sample, precomputed from the tract file",
    addresses=(),
    by_hand=f"it is made from {TRACTS.name}, which does as well",
    sha256="7ea358259ad694d6feceb5538aae34e761d54b097e8a0f037704529975437409",
    license=_INSIGHTS_LICENSE,
    citation=_ATLAS + "Derived from Neighborhood Characteristics by Census Tract.",
    reader=read_zone_list,
    zones=478,
)
COUNTIES = RawFile(
    name="cty_covariates.csv",
    title="Neighborhood Characteristics by County",
    purpose="minority sample, same rule on counties",
    addresses=(f"{_INSIGHTS}/wp-content/uploads/2018/12/cty_covariates.csv",),
    by_hand=_INSIGHTS_BY_HAND,
    sha256="4eb4f2f89292eb8f1d299bf104f870247ec432fe572a46e42fda89ec5ac98416",
    license=_INSIGHTS_LICENSE,
    citation=_ATLAS + "Neighborhood Characteristics by County.",
    reader=partial(read_zones_below_mean, rows=range(3221, 3222)),
    zones=382,
)
EXPOSURE = RawFile(
    name="online_table3-2.dta",
    title="Preferred Estimates of Causal Place Effects by Commuting Zone",
    purpose="causal exposure effects beside associations; optional",
    addresses=(f"{_INSIGHTS}/wp-content/uploads/2018/04/online_table3-2.dta",),
    by_hand=_INSIGHTS_BY_HAND,
    sha256=None,
    license=_INSIGHTS_LICENSE,
    citation=_IMPACTS,
    reader=read_exposure,
)
RAW_EXPOSURE = RawFile(
    name="online_table_3.dta",
    title="Causal Place Effects by Commuting Zone, replication file",
    purpose="causal exposure effects where the preferred file is missing; optional",
    addresses=(),
    by_hand=f"unpack {_INSIGHTS}/wp-content/uploads/2018/04/replicate-4.zip",
    sha256="3b3d01411c0cd41b543c9f6d26263f6a78f50cf7ec955842d8caf0cee954f9c8",
    license=_INSIGHTS_LICENSE,
    citation=_IMPACTS + " Replication files, doi:10.7910/DVN/EI4WE2.",
    reader=partial(read_exposure, effect=RAW_EFFECT, error=RAW_ERROR),
)
ATLAS = RawFile(
    name="county_outcomes_simple.csv",
    title="Opportunity Atlas, outcomes of children by county, race, ethnicity and gender",
    purpose="mobility of each group of children",
    addresses=(
        f"{_INSIGHTS}/wp-content/uploads/2018/10/county_outcomes_simple.csv",
        "https://www2.census.gov/ces/opportunity/county_outcomes_simple.csv",
    ),
    by_hand=_INSIGHTS_BY_HAND,
    sha256="1b2b616c38650f9ce15349af0dc3aca2b8568dd6bcd6818ea33b0aee775c1a3d",
    license=_INSIGHTS_LICENSE,
    citation=_ATLAS + "County outcomes, doi:10.7910/DVN/NKCQM1.",
    reader=read_atlas,
)
SOCIAL_CAPITAL = RawFile(
    name="social_capital_county.csv",
    title="Social Capital Atlas, counties",
    purpose="friendships between rich and poor, beside mobility; optional",
    addresses=(),
    by_hand="download it from https://data.humdata.org/dataset/social-capital-atlas",
    sha256="7d00a896ade44f35c38521a158497a9aa53be1c8d01ff5089296e9179507029e",
    license="CC BY 4.0",
    citation=(
        "Chetty, R., Jackson, M. O., Kuchler, T., Stroebel, J. and others (2022). Social Capital "
        "I: Measurement and Associations with Economic Mobility. Nature 608, 108-121."
    ),
    reader=read_social_capital,
)
HOUSEHOLDS = RawFile(
    name="WLD_2023_SYNTH-SVY-HLD-EN_v01_M.dta",
    title="Synthetic Data for an Imaginary Country, households",
    purpose="scorecard study, households",
    addresses=(),
    by_hand=_SYNTHETIC_BY_HAND,
    sha256="a0a22791e9e34679b4d9eda69855d9a3b93b8fea01905b6b18340faf7f519440",
    license="CC BY 4.0",
    citation=_SYNTHETIC,
    reader=partial(check_stata, rows=8_000),
)
PERSONS = RawFile(
    name="WLD_2023_SYNTH-SVY-IND-EN_v01_M.dta",
    title="Synthetic Data for an Imaginary Country, individuals",
    purpose="scorecard study, household members",
    addresses=(),
    by_hand=_SYNTHETIC_BY_HAND,
    sha256="53496202366b61bc6c42026f93031bb62dbf686a58b1ef16e8f824b785add99b",
    license="CC BY 4.0",
    citation=_SYNTHETIC,
    reader=partial(check_stata, rows=32_396),
)

FILES = (
    *(WORKBOOK, TRACTS, ZONE_LIST, COUNTIES, ATLAS, SOCIAL_CAPITAL, EXPOSURE, RAW_EXPOSURE),
    *(HOUSEHOLDS, PERSONS),
)
SAMPLE_FILES = MappingProxyType({"tract": TRACTS, "list": ZONE_LIST, "county": COUNTIES})
"""The file behind each definition of the minority sample, the preferred one first."""
