"""Files that offices give and take: courses as CSV, decisions as JSON."""
