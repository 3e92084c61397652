"""Where does the kernel run? In this process, batch by batch, or on Spark; nothing else knows which.

`holdfire.engine.spark` is imported where it is asked for, since PySpark is an extra.
"""

from holdfire.engine.choice import Engine, Run, Runner, choose
from holdfire.engine.files import Bounds, map_here, parts, reduce_here
from holdfire.engine.here import Kernel, as_batch, run_here

__all__ = [
    "Bounds",
    "Engine",
    "Kernel",
    "Run",
    "Runner",
    "as_batch",
    "choose",
    "map_here",
    "parts",
    "reduce_here",
    "run_here",
]
