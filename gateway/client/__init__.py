"""The outbound wire: zeep for contracts, envelopes and transport; answers are read liberally."""
