"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.counts import compared
from holdfire.assess.displacement import Displacement, Part, Tallies, displacements
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.interception import Interception, Rate, RateChange, corrected_rates, interception
from holdfire.assess.lull import Lull, corrected, lull
from holdfire.assess.nights import KINDS, first_after, nightly, nights_within, stopped
from holdfire.assess.rebound import Payback, Rebound, corrected_rebounds, rebound
from holdfire.assess.shares import Share
from holdfire.assess.strikes import Strike, Strikes

__all__ = [
    "KINDS",
    "Amount",
    "Assessment",
    "Change",
    "Displacement",
    "Ground",
    "GroundDay",
    "Interception",
    "Lull",
    "Part",
    "Payback",
    "Rate",
    "RateChange",
    "Rebound",
    "Share",
    "Strike",
    "Strikes",
    "Tallies",
    "compared",
    "corrected",
    "corrected_rates",
    "corrected_rebounds",
    "displacements",
    "first_after",
    "interception",
    "lull",
    "net_change",
    "nightly",
    "nights_within",
    "rebound",
    "stopped",
]
