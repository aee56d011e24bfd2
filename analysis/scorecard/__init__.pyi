from . import metrics
from .card.card import codes_on_card, lookup_table
from .card.score import score_frame
from .evaluation.accuracy import CARD, CUT, MIN_CLUSTERS, best_cut
from .evaluation.selection_stability import agreement, agreement_gain
from .model.points import scores
from .output.files import selection_table
from .results import card_coverage, card_regional_cards, card_stepwise, card_study, card_unit_effect
from .sampling.intervals import LEVEL, cluster_weights, interval
from .selection.nested import FOLD_REPEATS
from .settings import PROFILES
from .survey.survey import weighted_quantile
