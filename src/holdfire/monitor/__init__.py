"""What was observed? Sources turned into reports or conditions, each with the calendar of when it reported."""

from holdfire.monitor.calendar import days_between
from holdfire.monitor.setting import Coverage, Observed, Setting, SourceEntry
from holdfire.monitor.sources import KINDS, gather, observe

__all__ = ["KINDS", "Coverage", "Observed", "Setting", "SourceEntry", "days_between", "gather", "observe"]
