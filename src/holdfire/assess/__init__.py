"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.base_rate import BaseRate, Horizon, Share, Traits, base_rates
from holdfire.assess.counts import compared
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.lists import listed, within
from holdfire.assess.lull import Lull, corrected, lull
from holdfire.assess.nights import KINDS, nightly, nights_within
from holdfire.assess.undercount import Undercount, undercount

__all__ = [
    "KINDS",
    "Amount",
    "Assessment",
    "BaseRate",
    "Change",
    "Ground",
    "GroundDay",
    "Horizon",
    "Lull",
    "Share",
    "Traits",
    "Undercount",
    "base_rates",
    "compared",
    "corrected",
    "listed",
    "lull",
    "net_change",
    "nightly",
    "nights_within",
    "undercount",
    "within",
]
