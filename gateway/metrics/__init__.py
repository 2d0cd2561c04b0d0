"""Numbers for whoever watches an installation: counted by processes, read from the database."""
