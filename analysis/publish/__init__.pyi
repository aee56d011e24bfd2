from .chapter.cite import bibtex
from .chapter.holds import count_claims
from .chapter.licenses import licenses
from .chapter.setup import holds, numbers, one, show, tokens, where
from .figures.bands import add_band
from .figures.boxes import quantile_boxes
from .figures.county_map import county_map, without_shape
from .figures.effects import effect_panels
from .figures.forecast_maps import OUTSIDE, class_rows, forecast_cards
from .figures.maps import zone_class_map, zone_map, zone_marker_map
from .figures.marks import axis_title, calibration_curve, interval_dots
from .figures.prediction import learning_curves, roc_curves
from .figures.states import share_between_states, state_rows
from .figures.style import mobility_steps
from .geometry.build import report_county_geometry
from .geometry.centers import zone_centers
from .results.result_files import RESULT_FILES
from .results.zone_rows import commuting_zones
from .text.wording import listed
from .widgets.calculator import calculator
from .widgets.card_files import CARD_FILES, FOLDER, file_list
from .widgets.finder import example, largest_zone, place_finder
