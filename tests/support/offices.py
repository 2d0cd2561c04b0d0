"""People at the pages: accounts of every role, and browsers that have signed in."""

import re
from dataclasses import dataclass
from typing import Any

from werkzeug.test import Client, TestResponse

from gateway.bootstrap import Installation
from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.soap.passwords import hash_password
from tests.support.network import served

PASSWORD = "parola-di-prova-lunga"
_HASH = hash_password(PASSWORD)
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def hire(
    installation: Installation,
    username: str,
    *grants: Grant,
    codice_fiscale: str = "",
    **fields: Any,
) -> Account:
    """Give somebody an account with the password of the tests."""
    account = Account(
        username=username,
        name=fields.pop("name", username.title()),
        grants=frozenset(grants),
        password_hash=_HASH,
        codice_fiscale=CodiceFiscale(codice_fiscale) if codice_fiscale else None,
        **fields,
    )
    return installation.store.accounts.save(account, installation.clock())


@dataclass
class Browser:
    """A browser without scripts; forms are sent with the token of the page they stand on."""

    client: Client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page; redirects are followed unless told otherwise."""
        return self.client.get(path, follow_redirects=options.pop("follow", True), **options)

    def post(self, path: str, *, page: str = "", **fields: Any) -> TestResponse:
        """Send a form that stands on ``page`` (the same address if none is given)."""
        follow = fields.pop("follow", True)
        found = _TOKEN.search(self.get(page or path).text)
        fields = {"csrf_token": found.group(1) if found else "", **fields}
        headers = {"Referer": f"http://localhost{page or path}"}
        return self.client.post(path, data=fields, follow_redirects=follow, headers=headers)


def browser(installation: Installation, application: Any = None) -> Browser:
    """Return a browser that nobody has signed in with."""
    return Browser(Client(application or served(installation)))


def signed_in(installation: Installation, username: str, application: Any = None) -> Browser:
    """Return a browser with which somebody has signed in."""
    made = browser(installation, application)
    answer = made.post("/accesso", username=username, password=PASSWORD)
    assert answer.status_code == 200, answer.status
    return made


def employ(
    installation: Installation, university: MiurCode, role: Role, application: Any = None
) -> Browser:
    """Return the browser of somebody new with a role at a university."""
    name = f"{role.value}-{university}"
    hire(installation, name, Grant(role, university))
    return signed_in(installation, name, application)
