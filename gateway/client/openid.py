"""OpenID Connect: the code flow with state, nonce and PKCE, towards the providers that are set up.

What a provider says is believed only as an identity token signed by one of its published keys, for
us, made for this very departure and still good. Keys and addresses come from the issuer's own
discovery document, over https; http is taken from this machine alone.
"""

import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3.exceptions import HTTPError

from gateway.client.sessions import make_session
from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.signing_in import IdentityProvider, codice_fiscale_in
from gateway.logs import get_logger
from gateway.usecases.account_ports import Arrival, Departure, NotProved

_log = get_logger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures that are taken: by the provider's own key, never by a secret that we share with it."""
SECONDS = 10.0
FRESH_SECONDS = 600.0
_AGAIN_SECONDS = 30.0
"""How soon the keys are asked for again when a token names one that is not among them."""
_LEEWAY = 60
_MOST_BYTES = 256 * 1024
_SILENT = (requests.RequestException, HTTPError, PartnerUnreachable)


@dataclass(slots=True)
class _Known:
    """What a provider published, and when it was read."""

    settings: Mapping[str, Any]
    keys: KeySet
    at: float = field(default=0.0)


class OpenIdProviders:
    """Implements ``OpenIdClient``."""

    def __init__(
        self,
        proxy: str = "",
        authorities: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._proxy = proxy
        self._authorities = authorities
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def begin(self, provider: IdentityProvider, back: str, *, again: bool) -> Departure:
        """Return where to send a visitor; ``again`` wants them to show who they are anew.

        Raises:
            NotProved: the provider cannot be asked.
        """
        known = self._published(provider)
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        more = {"prompt": "login", "max_age": "0"} if again else {}
        address, state = self._session(provider, back).create_authorization_url(
            _address(known.settings, "authorization_endpoint"),
            state=secrets.token_urlsafe(24),
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **more,
        )
        return Departure(address, state, nonce, verifier)

    def finish(
        self,
        provider: IdentityProvider,
        departure: Departure,
        back: str,
        answer: Mapping[str, str],
        now: datetime,
    ) -> Arrival:
        """Return who came back.

        Raises:
            NotProved: what came back does not prove it.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), departure.state.encode()):
            raise NotProved("state")
        if answer.get("iss", provider.issuer) != provider.issuer:
            raise NotProved("issuer")
        if answer.get("error") or not answer.get("code"):
            raise NotProved("refused")
        known = self._published(provider)
        token = self._exchange(provider, known, departure, back, answer["code"])
        claims = self._claims(provider, known, token, now)
        if not hmac.compare_digest(str(claims.get("nonce", "")), departure.nonce):
            raise NotProved("nonce")
        return _arrival(provider, claims)

    def leave(self, provider: IdentityProvider, back: str) -> str:
        """Return where a visitor signs out of the provider, empty if it has no such place."""
        try:
            place = self._published(provider).settings.get("end_session_endpoint", "")
        except NotProved:
            return ""
        if not place or not trusted_address(str(place)):
            return ""
        said = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
        return f"{place}{'&' if '?' in str(place) else '?'}{urlencode(said)}"

    def _exchange(
        self, provider: IdentityProvider, known: _Known, departure: Departure, back: str, code: str
    ) -> str:
        session = self._session(provider, back)
        try:
            answer = session.fetch_token(
                _address(known.settings, "token_endpoint"),
                code=code,
                code_verifier=departure.verifier,
                timeout=SECONDS,
            )
        except (*_SILENT, OAuthError, ValueError) as error:
            _log.warning("code_not_exchanged", provider=provider.name, trouble=type(error).__name__)
            raise NotProved("exchange") from error
        finally:
            session.close()
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProved("no_token")
        return token

    def _claims(
        self, provider: IdentityProvider, known: _Known, token: str, now: datetime
    ) -> Mapping[str, Any]:
        try:
            try:
                decoded = jwt.decode(token, known.keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                newer = self._published(provider, older_than=_AGAIN_SECONDS)
                if newer is known:
                    raise
                decoded = jwt.decode(token, newer.keys, algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=_LEEWAY,
                iss={"essential": True, "value": provider.issuer},
                aud={"essential": True, "value": provider.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            ).validate(decoded.claims)
        except (JoseError, ValueError) as error:
            _log.warning("token_refused", provider=provider.name, trouble=type(error).__name__)
            raise NotProved("token") from error
        audience = decoded.claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if decoded.claims.get("azp", None if several else provider.client_id) != provider.client_id:
            raise NotProved("audience")
        return decoded.claims

    def _published(self, provider: IdentityProvider, older_than: float = FRESH_SECONDS) -> _Known:
        """Return what a provider published, read again when it is older than some seconds."""
        with self._lock:
            known = self._known.get(provider.issuer)
        if known is not None and self._monotonic() - known.at < older_than:
            return known
        session = make_session(self._proxy, self._authorities)
        try:
            issuer = provider.issuer.rstrip("/")
            settings = _json(session, f"{issuer}/.well-known/openid-configuration")
            if settings.get("issuer") != provider.issuer:
                raise NotProved("issuer")
            keys = KeySet.import_key_set(_json(session, _address(settings, "jwks_uri")))  # type: ignore[arg-type]
        except (*_SILENT, JoseError, ValueError) as error:
            _log.warning("provider_unusable", provider=provider.name, trouble=type(error).__name__)
            raise NotProved("unreachable") from error
        finally:
            session.close()
        fresh = _Known(settings, keys, self._monotonic())
        with self._lock:
            self._known[provider.issuer] = fresh
        return fresh

    def _session(self, provider: IdentityProvider, back: str) -> Any:
        session = OAuth2Session(
            provider.client_id,
            provider.client_secret or None,
            token_endpoint_auth_method=(
                "client_secret_basic" if provider.client_secret else "none"
            ),
            scope=provider.scopes,
            redirect_uri=back,
        )
        plain = make_session(self._proxy, self._authorities)
        session.trust_env, session.max_redirects = False, 0
        session.proxies = plain.proxies
        for prefix, adapter in plain.adapters.items():
            session.mount(prefix, adapter)
        return session


def trusted_address(address: str) -> bool:
    """Tell whether an address is https, or http on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    try:
        local = parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = False
    return parts.scheme == "http" and local


def _address(settings: Mapping[str, Any], name: str) -> str:
    address = str(settings.get(name, ""))
    if not trusted_address(address):
        raise NotProved("address")
    return address


def _json(session: requests.Session, address: str) -> Mapping[str, Any]:
    if not trusted_address(address):
        raise NotProved("address")
    answer = session.get(address, timeout=SECONDS, allow_redirects=False, stream=True)
    content = answer.raw.read(_MOST_BYTES, decode_content=True)
    if answer.status_code != requests.codes.ok:
        raise ValueError(answer.status_code)
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError(address)  # noqa: TRY004  what it holds is wrong, not what we gave
    return found


def _arrival(provider: IdentityProvider, claims: Mapping[str, Any]) -> Arrival:
    subject = claims.get(provider.subject_claim)
    if not isinstance(subject, str) or not subject:
        raise NotProved("subject")
    shown = claims.get("auth_time")
    return Arrival(
        subject=subject,
        codice_fiscale=codice_fiscale_in(claims.get(provider.fiscal_code_claim or "-")),
        name=str(claims.get("name", ""))[:200],
        email=str(claims.get("email", ""))[:200],
        proved_at=datetime.fromtimestamp(shown, UTC) if isinstance(shown, int | float) else None,
    )
