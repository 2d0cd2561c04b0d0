"""One function per step of a transfer, over a unit of work. Only the standard library."""
