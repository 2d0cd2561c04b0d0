"""A TLS context that is slow to be renewed, or cannot be, holds nothing up."""

import ssl
import threading

from gateway.serving.contexts import RENEW_SECONDS, Contexts


class Making:
    """Makes contexts when it may; counts them."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.may.set()
        self.made: list[ssl.SSLContext] = []
        self.now = 0.0
        self.fails = False

    def __call__(self) -> ssl.SSLContext:
        assert self.may.wait(10)
        if self.fails:
            raise OSError("no file")
        self.made.append(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        return self.made[-1]


def renewed(contexts: Contexts, making: Making) -> None:
    """Let the time of a renewal pass, and the renewal be made and taken over."""
    making.now += RENEW_SECONDS
    contexts.renew()
    contexts._beside.submit(lambda: None).result(10)
    contexts.renew()


def test_the_first_context_is_there_from_the_start_and_is_renewed_in_time() -> None:
    making = Making()
    contexts = Contexts(making, clock=lambda: making.now)
    contexts.renew()
    assert (contexts.current, len(making.made)) == (making.made[0], 1)
    renewed(contexts, making)
    assert (contexts.current, len(making.made)) == (making.made[1], 2)
    contexts.close()


def test_while_a_renewal_takes_long_the_old_one_serves() -> None:
    making = Making()
    contexts = Contexts(making, clock=lambda: making.now)
    making.may.clear()
    for _ in range(5):
        making.now += RENEW_SECONDS
        contexts.renew()
    assert contexts.current is making.made[0]
    making.may.set()
    renewed(contexts, making)
    assert contexts.current is making.made[-1]
    assert len(making.made) <= 3  # never more than one at a time
    contexts.close()


def test_after_a_renewal_that_fails_the_old_one_serves_and_it_is_tried_again() -> None:
    making = Making()
    contexts = Contexts(making, clock=lambda: making.now)
    making.fails = True
    renewed(contexts, making)
    assert contexts.current is making.made[0]
    making.fails = False
    renewed(contexts, making)
    assert contexts.current is making.made[1]
    contexts.close()
