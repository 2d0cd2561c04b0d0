"""The inbound wire: Spyne registers, routes and writes faults; bodies travel as lxml elements."""

from gateway.soap import compat

compat.prepare()  # whichever module of this package comes first, this stands before Spyne
