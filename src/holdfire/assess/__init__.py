"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.base_rate import BaseRate, EndingShare, Horizon, Traits, base_rates
from holdfire.assess.counts import compared
from holdfire.assess.displacement import Displacement, Part, Tallies, displacements
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.interception import Interception, Rate, RateChange, corrected_rates, interception
from holdfire.assess.lists import listed, within
from holdfire.assess.lull import Lull, corrected, lull
from holdfire.assess.nights import KINDS, first_after, nightly, nights_within, stopped
from holdfire.assess.rebound import Payback, Rebound, corrected_rebounds, rebound
from holdfire.assess.shares import Share
from holdfire.assess.strikes import Strike, Strikes
from holdfire.assess.undercount import Undercount, undercount

__all__ = [
    "KINDS",
    "Amount",
    "Assessment",
    "BaseRate",
    "Change",
    "Displacement",
    "EndingShare",
    "Ground",
    "GroundDay",
    "Horizon",
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
    "Traits",
    "Undercount",
    "base_rates",
    "compared",
    "corrected",
    "corrected_rates",
    "corrected_rebounds",
    "displacements",
    "first_after",
    "interception",
    "listed",
    "lull",
    "net_change",
    "nightly",
    "nights_within",
    "rebound",
    "stopped",
    "undercount",
    "within",
]
