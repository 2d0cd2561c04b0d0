"""The inbound wire: Spyne registers, routes and writes faults; bodies travel as lxml elements."""
