"""Where does the kernel run? In this process, batch by batch, or on Spark; nothing else knows which."""

from holdfire.engine.here import Kernel, as_batch, run_here

__all__ = ["Kernel", "as_batch", "run_here"]
