from . import published
from .in_full import MINUTES
from .scores import median, median_error
from .table import recomputed_mean_counts, replication_table
