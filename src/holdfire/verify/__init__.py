"""What happened? Reports linked and merged into incidents, with ranges, disputes and the standard of proof."""

from holdfire.verify.alternatives import Redrawn, drawn, redrawn
from holdfire.verify.corroboration import with_fires
from holdfire.verify.decisions import Decision, check_decisions, read_decisions
from holdfire.verify.incidents import incidents
from holdfire.verify.linking import Linked, Practice, alternatives, link, reasons
from holdfire.verify.repeats import repeated
from holdfire.verify.standard import Standard
from holdfire.verify.tallies import counted_by
from holdfire.verify.weights import read_weights

__all__ = [
    "Decision",
    "Linked",
    "Practice",
    "Redrawn",
    "Standard",
    "alternatives",
    "check_decisions",
    "counted_by",
    "drawn",
    "incidents",
    "link",
    "read_decisions",
    "read_weights",
    "reasons",
    "redrawn",
    "repeated",
    "with_fires",
]
