"""WS-Security of messages: UsernameToken (digest) and X.509 signature, read and written on trees.

It knows partners' proofs and trees, not services: nothing here parses bytes, opens the database or
speaks SOAP beyond Envelope, Header and Body. Inbound refuses with one word; outbound adds headers.
"""
