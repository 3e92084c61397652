"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.counts import compared
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.lull import EVERYTHING, EarlierTruce, Lull, corrected, lull
from holdfire.assess.nights import KINDS, nightly, nights_within

__all__ = [
    "EVERYTHING",
    "KINDS",
    "Amount",
    "Assessment",
    "Change",
    "EarlierTruce",
    "Ground",
    "GroundDay",
    "Lull",
    "compared",
    "corrected",
    "lull",
    "net_change",
    "nightly",
    "nights_within",
]
