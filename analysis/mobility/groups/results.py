"""Every result on groups of children by name; nothing is computed until it is asked for."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from analysis.data import Study
from analysis.data.names import FEATURES
from analysis.mobility.groups import associations, decomposition, forecasts, gaps
from analysis.mobility.groups.outcomes import outcome_table, reliability_table
from analysis.mobility.groups.shrinkage import shrink
from analysis.mobility.sample import analysis_sample

FILE_COLUMNS = (
    *("cz", "group", "gender", "outcome", "estimate", "se", "children"),
    *("shrunken", "shrunken_se", "in_sample"),
)


class GroupResults:
    """Results on groups of children, each an attribute computed when first used.

    Parameters
    ----------
    study : Study
        With outcomes by group (`Study.by_group`).
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.zones = analysis_sample(study)

    def outcomes(self, outcome: str = "rank", gender: str = "all") -> pd.DataFrame:
        """One outcome of each group in the sample's zones; see `outcomes.outcome_table`."""
        return outcome_table(self.zones, self.study.by_group, outcome=outcome, gender=gender)

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Ranks of each group, both genders together."""
        return self.outcomes()

    @cached_property
    def national(self) -> pd.DataFrame:
        """Shrunken ranks of each group in all zones of the country, for maps and the finder."""
        return shrink(outcome_table(self.study.zones, self.study.by_group))

    @cached_property
    def reliability(self) -> pd.DataFrame:
        """Share of signal by group and number of children; see `outcomes.reliability_table`."""
        return reliability_table(self.ranks)

    @cached_property
    def shrunken(self) -> pd.DataFrame:
        """Shrunken ranks in the sample's zones; see `shrinkage.shrink`."""
        return shrink(self.ranks)

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """White less Black children's rank, zone by zone; see `gaps.gap_table`."""
        return gaps.gap_table(self.ranks)

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """How closely the groups' maps agree; see `gaps.agreement_table`."""
        return gaps.agreement_table(self.zones[["cz", "state"]], self.ranks)

    @cached_property
    def decomposition(self) -> decomposition.Decomposition:
        """The pooled rank of each zone taken apart; see `decomposition.decompose`."""
        return decomposition.decompose(self.zones, self.ranks)

    @cached_property
    def variance_parts(self) -> pd.DataFrame:
        """Shares of the variance between zones; see `decomposition.variance_table`."""
        return decomposition.variance_table(self.decomposition.zones)

    @cached_property
    def slope_parts(self) -> pd.DataFrame:
        """What each trait's slope is made of; see `decomposition.slope_table`."""
        return decomposition.slope_table(self._traits, self.decomposition.zones)

    @cached_property
    def poor_decomposition(self) -> decomposition.Decomposition:
        """The same with shares of children of poor parents as they can be guessed."""
        factors = decomposition.poverty_factors(self.zones, self.ranks)
        return decomposition.decompose(self.zones, self.ranks, factors)

    @cached_property
    def poor_slope_parts(self) -> pd.DataFrame:
        """`slope_parts` with those shares."""
        return decomposition.slope_table(self._traits, self.poor_decomposition.zones)

    @cached_property
    def correlations(self) -> pd.DataFrame:
        """Each trait with each group's rank; see `associations.group_correlations`."""
        return associations.group_correlations(self._traits, self.ranks)

    @cached_property
    def gap_slopes(self) -> pd.DataFrame:
        """White less Black children's slopes; see `associations.gap_slopes`."""
        return associations.gap_slopes(self._traits, self.ranks)

    @cached_property
    def social_capital(self) -> pd.DataFrame | None:
        """Measures of social capital with each group's rank; None without their file."""
        if self.study.social_capital is None:
            return None
        return associations.social_capital_table(
            self.zones[["cz", "state", "social_capital"]], self.ranks, self.study.social_capital
        )

    @cached_property
    def forecasts(self) -> pd.DataFrame:
        """Each group's ranks in states not seen; see `forecasts.group_forecasts`."""
        return forecasts.group_forecasts(self._traits, self.ranks)

    @cached_property
    def forecast_scores(self) -> pd.DataFrame:
        """Scores of those beside the ceiling; see `forecasts.score_table`."""
        return forecasts.score_table(self.forecasts)

    @cached_property
    def borrowed(self) -> pd.DataFrame:
        """The forecast for all children against each group; see `forecasts.borrowed_table`."""
        return forecasts.borrowed_table(self.forecasts)

    @cached_property
    def misleading(self) -> pd.DataFrame:
        """Zones forecast high that are low for Black children; see `forecasts.misleading_zones`."""
        return forecasts.misleading_zones(self.forecasts, self.shrunken)

    @property
    def _traits(self) -> pd.DataFrame:
        """What results by trait depend on, so that nothing else fits them anew."""
        return self.zones[["cz", "state", *FEATURES]]

    @cached_property
    def file(self) -> pd.DataFrame:
        """Rows of ``mobility_by_group.csv``: every zone, group, gender and outcome."""
        sample = self.study.sample.zones
        table = self.study.by_group.merge(
            self.national[["cz", "group", "shrunken", "shrunken_se"]].assign(
                gender="all", outcome="rank"
            ),
            on=["cz", "group", "gender", "outcome"],
            how="left",
        )
        return table.assign(in_sample=table["cz"].isin(sample))[list(FILE_COLUMNS)]


def group_results(study: Study) -> GroupResults | None:
    """Index of the results on groups; None where the file of outcomes by group is not here."""
    return None if study.by_group is None else GroupResults(study)
