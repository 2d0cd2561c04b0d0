"""The foglio di congedo as XML: parsing, schema, contents, fingerprint."""
