"""The command line: every step of a transfer, and the running of an installation."""
