"""Everything kept, over SQLAlchemy Core: SQLite and PostgreSQL. The only package that knows SQL."""
