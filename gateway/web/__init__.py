"""Pages for people. For now the front door and the signs of life; the offices' pages come here."""
