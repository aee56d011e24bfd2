from .associate.children import concentration
from .associate.correlations import correlation_matrix, correlation_table
from .associate.false_alarms import ICC, LEVEL, OUTCOMES, TESTS
from .associate.regression import NATIONAL
from .associate.wild_bootstrap import DRAWS, FINE_DRAWS, wild_test
from .describe.clusters import kind_names
from .describe.county_variance import share_inside_zones
from .describe.profiles import standardized
from .explain.audit import kinds_of_places
from .explain.effects import SHOWN
from .explain.held_out import held_out_models
from .explain.importance import domains
from .explain.results import explanations
from .groups.decomposition import poverty_factors, shares_alone
from .groups.outcomes import FEWEST
from .groups.results import group_results
from .predict.classifiers import NAMES
from .predict.elastic_net_search import ElasticNetSearch
from .predict.extrapolation import DIVISIONS, REGIONS
from .predict.folds import RANDOM, SCHEMES, SEED, SPLITS, STATES
from .predict.quartiles import ProportionalOdds
from .predict.score_tables import paired_table, score_table, spread_over_states
from .predict.scores import state_draws
from .results import all_results
from .robust.cohorts import normal_agreement
from .sample import BINARY, QUARTILES, analysis_sample, label_table, minority_sample
