"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.assessment import Assessment
from holdfire.assess.base_rate import BaseRate, EndingShare, Survival, Traits, base_rates
from holdfire.assess.counts import compared
from holdfire.assess.displacement import Displacement, Part, Tallies, displacements
from holdfire.assess.exposure import Exposure
from holdfire.assess.exposure_causes import CauseFigures, CausePart
from holdfire.assess.exposure_days import ExposureTerms, exposure_days
from holdfire.assess.exposure_known import Firmest, Known
from holdfire.assess.exposure_readings import EnergyDay, HazardTotal, ReadingExposure, reading_exposures
from holdfire.assess.ground import Amount, Ground, GroundChange, GroundDay, net_change
from holdfire.assess.interception import Interception, Rate, RateChange, corrected_rates, interception
from holdfire.assess.lists import listed, within
from holdfire.assess.lull import EVERYTHING, EarlierTruce, Lull, corrected, lull
from holdfire.assess.nights import KINDS, counted, first_after, nightly, nights_within, stopped
from holdfire.assess.outlook import Outlook, nation_of, outlook
from holdfire.assess.rebound import Payback, Rebound, corrected_rebounds, rebound
from holdfire.assess.sensitivity import Sensitivity, sensitivity
from holdfire.assess.shares import IncidentShare, ShareChange
from holdfire.assess.strikes import Strike
from holdfire.assess.undercount import Undercount, undercount

__all__ = [
    "EVERYTHING",
    "KINDS",
    "Amount",
    "Assessment",
    "BaseRate",
    "CauseFigures",
    "CausePart",
    "Displacement",
    "EarlierTruce",
    "EndingShare",
    "EnergyDay",
    "Exposure",
    "ExposureTerms",
    "Firmest",
    "Ground",
    "GroundChange",
    "GroundDay",
    "HazardTotal",
    "IncidentShare",
    "Interception",
    "Known",
    "Lull",
    "Outlook",
    "Part",
    "Payback",
    "Rate",
    "RateChange",
    "ReadingExposure",
    "Rebound",
    "Sensitivity",
    "ShareChange",
    "Strike",
    "Survival",
    "Tallies",
    "Traits",
    "Undercount",
    "base_rates",
    "compared",
    "corrected",
    "corrected_rates",
    "corrected_rebounds",
    "counted",
    "displacements",
    "exposure_days",
    "first_after",
    "interception",
    "listed",
    "lull",
    "nation_of",
    "net_change",
    "nightly",
    "nights_within",
    "outlook",
    "reading_exposures",
    "rebound",
    "sensitivity",
    "stopped",
    "undercount",
    "within",
]
