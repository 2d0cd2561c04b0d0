"""The service descriptions, as package data. Only ``gateway.contracts`` opens them."""
