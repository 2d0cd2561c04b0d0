"""The schemas, as package data. Only ``gateway.contracts`` opens them."""
