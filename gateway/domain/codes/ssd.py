"""Scientific sectors (settori scientifico-disciplinari).

Source: decree of 4 October 2000, annex A, as amended until 2015: every group with its highest
number. The sectors of decree 639 of 2 May 2024 (``MATH-01/A``) are recognised by their form only:
their list is still being completed by the ministry.
"""

import re

_GROUPS: dict[str, int] = {
    "MAT": 9,
    "INF": 1,
    "FIS": 8,
    "CHIM": 12,
    "GEO": 12,
    "BIO": 19,
    "MED": 50,
    "AGR": 20,
    "VET": 10,
    "ICAR": 22,
    "ING-IND": 35,
    "ING-INF": 7,
    "L-ANT": 10,
    "L-ART": 8,
    "L-FIL-LET": 15,
    "L-LIN": 21,
    "L-OR": 23,
    "M-DEA": 1,
    "M-EDF": 2,
    "M-FIL": 8,
    "M-GGR": 2,
    "M-PED": 4,
    "M-PSI": 8,
    "M-STO": 9,
    "IUS": 21,
    "SECS-P": 13,
    "SECS-S": 6,
    "SPS": 14,
}
_SECTORS_2024 = re.compile(r"[A-Z]{4}-\d{2}/[A-Z]")

SECTORS: frozenset[str] = frozenset(
    f"{group}/{number:02d}" for group, last in _GROUPS.items() for number in range(1, last + 1)
)


def is_sector(code: str) -> bool:
    """Tell whether ``code`` (``MAT/05`` or ``MATH-01/A``) is a scientific sector."""
    return code in SECTORS or _SECTORS_2024.fullmatch(code) is not None
