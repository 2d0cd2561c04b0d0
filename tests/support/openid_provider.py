"""A provider of OpenID Connect, as a process of its own; tests tell it whom to vouch for, and how.

It is strict where a provider must be: registered addresses, PKCE, codes good once, our secret. What
it says of a person is what the test put there, wrong as the test wants it.
"""

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask, Response, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response as AnyResponse

from tests.support.offices import Browser
from tests.support.ports import free_port

CLIENT, SECRET = "congedo", "segreto-del-fornitore"


def make_provider(issuer: str) -> Flask:
    """Return the provider's application."""
    app = Flask(__name__)
    names = {"a": "a", "b": "b", "stranger": "a"}
    keys = {
        name: RSAKey.generate_key(2048, {"kid": kid}, private=True) for name, kid in names.items()
    }
    orders: dict[str, Any] = {}
    codes: dict[str, dict[str, str]] = {}

    @app.get("/.well-known/openid-configuration")
    def settings() -> dict[str, object]:
        return {
            "issuer": orders.get("issuer", issuer),
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "end_session_endpoint": f"{issuer}/logout",
        }

    @app.get("/keys")
    def published() -> dict[str, object]:
        shown = [keys[name] for name in orders.get("published", "a")]
        return dict(KeySet(shown).as_dict(private=False))

    @app.put("/orders")
    def order() -> str:
        orders.clear()
        orders.update(request.get_json())
        return ""

    @app.get("/authorize")
    def authorize() -> AnyResponse:
        asked = request.args
        wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()):
            return Response("bad request", 400)
        code = secrets.token_urlsafe(16)
        codes[code] = dict(asked)
        back = {"code": code, "state": asked["state"], **orders.get("answer", {})}
        return redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    @app.post("/token")
    def token() -> AnyResponse:
        known, form = codes.pop(request.form.get("code", ""), {}), request.form
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        login = request.authorization
        honest = (
            known.get("code_challenge") == challenge
            and known.get("redirect_uri") == form.get("redirect_uri")
            and login is not None
            and (login.username, login.password) == (CLIENT, SECRET)
        )
        if not honest:
            return Response(
                json.dumps({"error": "invalid_grant"}), 400, mimetype="application/json"
            )
        now = orders.get("now", int(time.time()))
        claims = {
            "iss": issuer,
            "aud": CLIENT,
            "sub": "persona-1",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": known.get("nonce", ""),
            **orders.get("claims", {}),
        }
        answer = {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": signed(claims, orders.get("sign", "a"), keys),
        }
        return Response(json.dumps(answer), mimetype="application/json")

    return app


def signed(claims: dict[str, Any], how: str, keys: dict[str, RSAKey]) -> str:
    """Return claims signed by a key, by the secret that both sides know, or not at all."""
    if how == "none":
        parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
        coded = [base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
        return ".".join(coded) + "."
    if how == "shared":
        return jwt.encode({"alg": "HS256", "kid": "a"}, claims, OctKey.import_key(SECRET))
    return jwt.encode({"alg": "RS256", "kid": keys[how].kid}, claims, keys[how])


@dataclass(frozen=True, slots=True)
class Provider:
    """The running provider, as a test sees it."""

    issuer: str

    def order(self, **orders: object) -> None:
        """Say whom to vouch for, and how."""
        requests.put(f"{self.issuer}/orders", json=orders, timeout=10).raise_for_status()

    def visit(self, answer: TestResponse) -> str:
        """Follow a visitor there; return the address by which they come back to us."""
        assert answer.status_code == 302, answer.status
        assert answer.location.startswith(self.issuer), answer.location
        back = requests.get(answer.location, timeout=10, allow_redirects=False)
        assert back.status_code == 302, back.text
        parts = urlsplit(back.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def depart(self, visit: Browser, name: str = "idp", wanted: str = "") -> TestResponse:
        """Press the button of the provider."""
        path = f"/accesso/fornitore/{name}" + (f"?next={wanted}" if wanted else "")
        return visit.post(path, page="/servizi", follow=False)

    def enter(self, visit: Browser, wanted: str = "") -> TestResponse:
        """Sign in by the provider."""
        return visit.get(self.visit(self.depart(visit, wanted=wanted)), follow=False)


def parameters(address: str) -> dict[str, str]:
    """Return what an address carries."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Run a provider on a port of this machine."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "tests.support.openid_provider", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                provider.order()
                break
            except requests.ConnectionError:
                time.sleep(0.05)
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=10)


if __name__ == "__main__":
    _port = int(sys.argv[1])
    make_server("127.0.0.1", _port, make_provider(f"http://127.0.0.1:{_port}")).serve_forever()
