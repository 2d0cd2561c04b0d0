"""The bridge to the Erasmus Without Paper network.

It may use the core of the gateway; the core never knows the bridge. The shared vocabulary it will
map (practices, tokens, students, careers, states) stands in ``docs/glossary.md``.
"""
