"""Fuzz every SOAP entry: ``python -m tests.fuzz MINUTES [SEED]``; the corpus grows."""

import sys
import tempfile
from pathlib import Path

from gateway import logs
from tests.fuzz.campaign import CORPUS, Campaign, corpus
from tests.support.databases import sqlite_maker


def main(minutes: float, seed: int) -> int:
    """Run a campaign and return how many messages broke something."""
    logs.configure("CRITICAL")
    campaign = Campaign(seed)
    for name, content in corpus():
        campaign.learn(name, content)
    with tempfile.TemporaryDirectory() as folder:
        campaign.run(
            sqlite_maker(Path(folder)), seconds=minutes * 60, most=sys.maxsize, keep=CORPUS
        )
    print(f"{campaign.sent} messages, {len(campaign.verdicts)} verdicts")  # noqa: T201
    for number, (name, content, why) in enumerate(campaign.broken):
        file = Path(tempfile.gettempdir()) / f"broken-{seed}-{number}-{name}.xml"
        file.write_bytes(content)
        print(f"{file}: {why}")  # noqa: T201
    return len(campaign.broken)


if __name__ == "__main__":
    numbers = [float(word) for word in sys.argv[1:]]
    sys.exit(min(main((numbers or [1.0])[0], int((numbers[1:] or [0])[0])), 100))
