"""Built-in implementations of ports, for installations without a system of their own."""
