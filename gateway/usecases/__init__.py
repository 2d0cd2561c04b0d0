"""One keyword-only function per step of a transfer, over a unit of work. No library but the standard one."""
