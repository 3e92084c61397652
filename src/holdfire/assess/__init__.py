"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.base_rate import BaseRate, EndingShare, Horizon, Traits, base_rates
from holdfire.assess.counts import compared
from holdfire.assess.displacement import Displacement, Part, Tallies, displacements
from holdfire.assess.exposed import Exposure
from holdfire.assess.exposure import Terms, exposure
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.hardship import Beside, Hardship, Total, hardships
from holdfire.assess.interception import Interception, Rate, RateChange, corrected_rates, interception
from holdfire.assess.lists import listed, within
from holdfire.assess.lull import EVERYTHING, EarlierTruce, Lull, corrected, lull
from holdfire.assess.nights import KINDS, first_after, nightly, nights_within, stopped
from holdfire.assess.outlook import Outlook, nation_of, outlook
from holdfire.assess.rebound import Payback, Rebound, corrected_rebounds, rebound
from holdfire.assess.sensitivity import Sensitivity, Step, sensitivity
from holdfire.assess.shares import Share
from holdfire.assess.strikes import Strike, Strikes
from holdfire.assess.undercount import Undercount, undercount

__all__ = [
    "EVERYTHING",
    "KINDS",
    "Amount",
    "Assessment",
    "BaseRate",
    "Beside",
    "Change",
    "Displacement",
    "EarlierTruce",
    "EndingShare",
    "Exposure",
    "Ground",
    "GroundDay",
    "Hardship",
    "Horizon",
    "Interception",
    "Lull",
    "Outlook",
    "Part",
    "Payback",
    "Rate",
    "RateChange",
    "Rebound",
    "Sensitivity",
    "Share",
    "Step",
    "Strike",
    "Strikes",
    "Tallies",
    "Terms",
    "Total",
    "Traits",
    "Undercount",
    "base_rates",
    "compared",
    "corrected",
    "corrected_rates",
    "corrected_rebounds",
    "displacements",
    "exposure",
    "first_after",
    "hardships",
    "interception",
    "listed",
    "lull",
    "nation_of",
    "net_change",
    "nightly",
    "nights_within",
    "outlook",
    "rebound",
    "sensitivity",
    "stopped",
    "undercount",
    "within",
]
