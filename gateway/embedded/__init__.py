"""Built-in implementations of ports, for installations that have no system of their own for them."""
