"""What happened? Reports linked and merged into incidents, with ranges, disputes and the standard of proof."""

from holdfire.verify.incidents import incidents
from holdfire.verify.linking import Linker, as_listed
from holdfire.verify.standard import Standard

__all__ = ["Linker", "Standard", "as_listed", "incidents"]
