from . import metrics
from .card.card import codes_on_card, lookup_table
from .card.score import score_frame
from .evaluation.accuracy import CARD, CUT, FEWEST, best_cut
from .evaluation.selection_stability import agreement, agreement_gain
from .model.points import scores
from .output.files import selection_table
from .results import card_coverage, card_own_cards, card_stepwise, card_study, card_unit_effect
from .sampling.intervals import LEVEL, area_weights, interval
from .selection.nested import DEALS
from .settings import PROFILES
from .survey.survey import weighted_quantile
