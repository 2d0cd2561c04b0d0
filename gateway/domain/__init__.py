"""The rules of a transfer between two universities. Standard library only, no clock, no I/O."""
