"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.counts import compared
from holdfire.assess.exposed import Exposure
from holdfire.assess.exposure import Terms, exposure
from holdfire.assess.ground import Amount, Change, Ground, GroundDay, net_change
from holdfire.assess.hardship import Beside, Hardship, Total, hardships
from holdfire.assess.lull import Lull, corrected, lull
from holdfire.assess.nights import KINDS, nightly, nights_within
from holdfire.assess.sensitivity import Sensitivity, Step, sensitivity

__all__ = [
    "KINDS",
    "Amount",
    "Assessment",
    "Beside",
    "Change",
    "Exposure",
    "Ground",
    "GroundDay",
    "Hardship",
    "Lull",
    "Sensitivity",
    "Step",
    "Terms",
    "Total",
    "compared",
    "corrected",
    "exposure",
    "hardships",
    "lull",
    "net_change",
    "nightly",
    "nights_within",
    "sensitivity",
]
