"""Congedo: the gateway through which universities hand a student over to one another."""

__version__ = "0.1.0"
