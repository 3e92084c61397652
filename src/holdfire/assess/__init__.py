"""What did it amount to? Measures of what a pledge changed, each with its uncertainty."""

from holdfire.assess.counts import compared
from holdfire.assess.lull import Lull, lull
from holdfire.assess.nights import KINDS, nightly, nights_within

__all__ = ["KINDS", "Lull", "compared", "lull", "nightly", "nights_within"]
