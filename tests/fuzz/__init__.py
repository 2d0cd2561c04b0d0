"""Messages bent in every way, at every entry: nothing may change unless the answer is OK."""
