"""Code lists that the guideline or the ministry fix, each module with its source and date."""
