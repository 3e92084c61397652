"""holdfire verifies truces: what held, what was violated, and what nobody can know yet."""

__version__ = "0.1.0"
