"""Where does the kernel run? In this process, batch by batch, or on Spark; nothing else knows which.

`holdfire.engine.spark` is imported where it is asked for, since PySpark is an extra.
"""

from holdfire.engine.choice import Engine, Run, choose
from holdfire.engine.files import map_here, reduce_here
from holdfire.engine.here import Kernel, as_batch, run_here

__all__ = ["Engine", "Kernel", "Run", "as_batch", "choose", "map_here", "reduce_here", "run_here"]
