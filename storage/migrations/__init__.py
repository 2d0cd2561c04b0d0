"""Forms of the database, each a module ``mNNNN_…``; run by ``congedo db upgrade``."""
