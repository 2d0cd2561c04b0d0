"""The foglio di congedo as XML: parsing, schema, contents, fingerprint. Knows no wire and no store."""
