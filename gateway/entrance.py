"""Puts together what the steps of accounts work with."""

import secrets
from collections.abc import Callable
from datetime import datetime

from gateway.domain.accounts import EVERYWHERE
from gateway.domain.identifiers import parse_miur_code
from gateway.settings import Settings
from gateway.soap.faults import InvalidCall
from gateway.soap.passwords import Passwords, hash_password
from gateway.usecases.account_ports import AccountDesk, Busy
from gateway.web.one_time_codes import matching_step, new_secret
from gateway.web.wiring import ProxyHeaders
from storage.store import Store


def new_word() -> str:
    """Return a word nobody can guess."""
    return secrets.token_urlsafe(24)


def make_account_desk(
    store: Store, passwords: Passwords, clock: Callable[[], datetime]
) -> AccountDesk:
    """Return what the steps of accounts work with."""

    def verify(password: str, expected: str, who: str) -> bool:
        try:
            return passwords.verify(password, expected, who)
        except InvalidCall as error:
            raise Busy from error

    return AccountDesk(
        accounts=store.accounts,
        sessions=store.web_sessions,
        factors=store.second_factors,
        throttles=store.throttles,
        invitations=store.invitations,
        audit=store.audit,
        providers=store.identity_providers,
        verify=verify,
        hash_password=hash_password,
        matching_step=matching_step,
        new_secret=new_secret,
        new_word=new_word,
        clock=clock,
    )


def proxy_headers(settings: Settings) -> ProxyHeaders:
    """Return how the proxy that ends SAML says who is there."""
    students = settings.proxy_student_university
    return ProxyHeaders(
        secrets=tuple(settings.proxy_user_secret.split()),
        user=settings.proxy_user_header,
        codice_fiscale=settings.proxy_codice_fiscale_header,
        name=settings.proxy_name_header,
        email=settings.proxy_email_header,
        instant=settings.proxy_instant_header,
        login=settings.proxy_login,
        label=settings.proxy_label,
        student_university=parse_miur_code(students) if students else EVERYWHERE,
    )
