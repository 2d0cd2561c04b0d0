"""What a message itself proves: WS-Security. Here nothing yet: who must show it is refused."""

from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from gateway.domain.partners import Partner
from gateway.soap.faults import unauthenticated


def confirm(
    partner: Partner | None, candidates: Sequence[Partner], root: etree._Element, now: datetime
) -> Partner:
    """Return the partner whose proofs an envelope shows.

    ``partner`` is the one that the connection proved; without one it is to be found among
    ``candidates``, which prove nothing by the connection.

    Raises:
        InvalidCall: the message does not show what its partner must.
    """
    raise unauthenticated()
