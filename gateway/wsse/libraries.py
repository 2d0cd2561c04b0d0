"""lxml and xmlsec share trees in memory, so both must have been built with the same libxml2."""

import xmlsec
from lxml import etree


class MixedLibraries(Exception):  # noqa: N818  a fault of the installation, not of the program
    """lxml and xmlsec bring different versions of libxml2: using both could corrupt memory.

    The text has both versions.
    """


def check_libraries() -> None:
    """Refuse to work on trees that two different libraries would hold.

    Raises:
        MixedLibraries: they differ.
    """
    ours, theirs = etree.LIBXML_VERSION, xmlsec.get_libxml_version()
    if tuple(ours) != tuple(theirs):
        raise MixedLibraries(f"lxml {_dotted(ours)}, xmlsec {_dotted(theirs)}")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
