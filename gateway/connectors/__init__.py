"""The university's own systems over HTTP: the contract stands in docs/ports.md."""
