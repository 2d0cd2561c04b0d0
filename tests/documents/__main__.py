"""``python -m tests.documents`` writes the generated documents; ``--check`` only judges them."""

import sys
from pathlib import Path

from tests.documents import causali, data_map, lifecycles, requirements

DOCS = Path(__file__).parents[2] / "docs"
MAKERS = {
    "lifecycles.md": lifecycles.make,
    "causali.md": causali.make,
    "requirements.md": requirements.make,
    "security-and-privacy.md": data_map.make,
}


def main(arguments: list[str]) -> int:
    """Write the documents, or with ``--check`` return 1 if one is not what it would be."""
    stale = []
    for name, make in MAKERS.items():
        file, text = DOCS / name, make()
        if arguments == ["--check"]:
            if not file.exists() or file.read_text("utf-8") != text:
                stale.append(name)
        else:
            file.write_text(text, "utf-8")
    for name in stale:
        print(f"docs/{name} is stale: run make docs")  # noqa: T201  a command's answer
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
