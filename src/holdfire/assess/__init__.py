"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.counts import compared
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.lull import Lull, corrected, lull
from holdfire.assess.nights import KINDS, nightly, nights_within
from holdfire.assess.outlook import Outlook, nation_of, outlook

__all__ = [
    "KINDS",
    "Amount",
    "Assessment",
    "Change",
    "Ground",
    "GroundDay",
    "Lull",
    "Outlook",
    "compared",
    "corrected",
    "lull",
    "nation_of",
    "net_change",
    "nightly",
    "nights_within",
    "outlook",
]
