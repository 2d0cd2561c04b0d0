"""Papers as PDF: what is laid out how, archivable (PDF/A-3a) and accessible (PDF/UA-1)."""
