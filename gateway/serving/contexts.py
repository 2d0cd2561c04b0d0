"""TLS contexts, renewed beside the event loop: what a renewal reads may be slow, or away."""

import ssl
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from gateway import logs

_log = logs.get_logger(__name__)
RENEW_SECONDS = 1.0


class Contexts:
    """Holds the context for new connections; ``make`` returns the one of the moment."""

    def __init__(
        self,
        make: Callable[[], ssl.SSLContext],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._clock = clock
        self._beside = ThreadPoolExecutor(1, "contexts")
        self._renewing: Future[ssl.SSLContext] | None = None
        self._at = clock()
        self.current = make()

    def renew(self) -> None:
        """Take over what has been made, and have the next one made if it is time; never waits."""
        if self._renewing is not None and self._renewing.done():
            trouble = self._renewing.exception()
            if trouble is None:
                self.current = self._renewing.result()
            else:
                _log.error("tls_not_renewed", trouble=type(trouble).__name__)
            self._renewing = None
        if self._renewing is None and self._clock() - self._at >= RENEW_SECONDS:
            self._at = self._clock()
            self._renewing = self._beside.submit(self._make)

    def close(self) -> None:
        """Renew no more."""
        self._beside.shutdown(wait=False, cancel_futures=True)
