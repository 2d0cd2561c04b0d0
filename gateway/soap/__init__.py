"""The inbound wire: Spyne as registry, router and fault writer; the body travels as lxml elements."""
