"""Certificates that a proxy hands on in headers: believed of the one that knows the secret only.

Every attack is made twice over: by the header, here, and on a real listener in
``test_tls_listener``; nginx itself stands before the program in ``test_nginx_certificates``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from gateway.bootstrap import Installation
from gateway.domain.calendar import italian_day
from gateway.domain.security import InboundSecurity, Proof, SubjectPin
from gateway.soap.callers import Callers
from gateway.soap.faults import InvalidCall
from gateway.soap.message_proofs import MessageProofs
from tests.support.certificates import Identity
from tests.support.clock import START, HandClock
from tests.support.contract_messages import authorization
from tests.support.databases import Maker
from tests.support.hostile import Answered, Sending, Site
from tests.support.hostile_messages import terms
from tests.support.network import WsgiNetwork
from tests.support.tls import BOTH, CERTIFICATE, NOBODY, Cast, demand, escaped, make_cast
from tests.support.universities import (
    DESTINATION,
    MONTELAGO,
    ORIGIN,
    THIRD,
    introduce,
    make_home,
)

pytestmark = pytest.mark.integration

PROXY_SECRET = "segreto-del-proxy-di-prova-0123456789"
NEXT_SECRET = "segreto-prossimo-di-prova-0123456789ab"
CERTIFICATE_HEADER = "X-Congedo-Client-Certificate"
SECRET_HEADER = "X-Congedo-Proxy-Secret"


@dataclass(frozen=True)
class Scene:
    site: Site
    cast: Cast
    clock: HandClock

    def demand(self, partner: str = "91", **changes: object) -> None:
        demand(self.site.installation, self.site.code, partner, **changes)

    def call(
        self,
        shown: Identity | None,
        *,
        user: str = "",
        caller: str = "91",
        secret: str = PROXY_SECRET,
        **headers: str,
    ) -> Answered:
        """Call as the proxy passes it on."""
        given = {SECRET_HEADER: secret, CERTIFICATE_HEADER: escaped(shown) if shown else ""}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return Sending(user=user, headers=given).to(self.site.application, terms(caller))

    def refuses(self, shown: Identity | None, **options: str) -> bool:
        answer = self.call(shown, **options)
        if answer.status == 200:
            return False
        assert answer.fault == NOBODY
        row, message, kept = self.site.latest()
        assert (row.result, row.code, row.partner) == ("stranger", 401, "")
        assert (message, kept) == (b"", b"")
        return True


@pytest.fixture(scope="module")
def cast() -> Cast:
    return make_cast(START)


@pytest.fixture
def scene(tmp_path_factory: pytest.TempPathFactory, database: Maker, cast: Cast) -> Iterator[Scene]:
    """91 shows a certificate only, 93 a password and its own; one proxy is trusted."""
    clock = HandClock()
    settings = make_home(
        tmp_path_factory.mktemp("proxied"),
        database,
        threads=4,
        delivery_slots=4,
        trusted_proxies=1,
        proxy_secret=f"{PROXY_SECRET} {NEXT_SECRET}",
    )
    installation = Installation(settings, clock=clock, transport=WsgiNetwork())
    introduce(installation, DESTINATION, (ORIGIN, "origin"), (THIRD, "third"))
    made = Scene(Site(installation, MONTELAGO), cast, clock)
    made.demand("91", proofs=CERTIFICATE, keys=(cast.own.pin,))
    made.demand("93", proofs=BOTH, keys=(cast.stranger.pin,))
    yield made
    installation.close()


def test_the_proxy_s_word_lets_a_pinned_certificate_in(scene: Scene) -> None:
    assert scene.call(scene.cast.own).outcome == (0, "OK")
    assert scene.call(scene.cast.stranger, user="ateneo-93", caller="93").outcome == (0, "OK")


def test_either_secret_holds_while_it_is_changed(scene: Scene) -> None:
    assert scene.call(scene.cast.own, secret=NEXT_SECRET).outcome == (0, "OK")
    assert scene.refuses(scene.cast.own, secret=f"{PROXY_SECRET} {NEXT_SECRET}")


@pytest.mark.parametrize(
    "secret", ["", "indovinato", PROXY_SECRET[:-1], PROXY_SECRET + "x", PROXY_SECRET.upper(), "è"]
)
def test_a_spoofed_header_without_the_proxy_s_secret_is_no_certificate(
    scene: Scene, secret: str
) -> None:
    assert scene.refuses(scene.cast.own, secret=secret)


def test_a_header_replayed_without_the_proxy_is_no_certificate(scene: Scene) -> None:
    """Certificates are public, and so is the header that once carried one."""
    assert scene.call(scene.cast.own).outcome == (0, "OK")
    assert scene.refuses(scene.cast.own, secret="")
    assert scene.refuses(
        scene.cast.own, secret="", X_Forwarded_For="127.0.0.1", X_Forwarded_Proto="https"
    )


def test_a_secret_sent_twice_is_none(scene: Scene) -> None:
    """Servers join headers of one name: the caller's and the proxy's make neither."""
    assert scene.refuses(scene.cast.own, secret=f"{PROXY_SECRET},{PROXY_SECRET}")


def test_other_names_of_the_header_are_not_read(scene: Scene) -> None:
    shown = escaped(scene.cast.own)
    for name in (
        "X_SSL_Client_Cert",
        "Ssl_Client_Cert",
        "X_Forwarded_Client_Cert",
        "X_Client_Cert",
    ):
        assert scene.refuses(None, **{name: shown})


def test_no_certificate_is_refused(scene: Scene) -> None:
    assert scene.refuses(None)
    assert scene.refuses(None, user="ateneo-91")
    assert scene.refuses(None, user="ateneo-93")


def test_the_wrong_key_is_refused(scene: Scene) -> None:
    assert scene.cast.renewed.subject == scene.cast.own.subject
    assert scene.refuses(scene.cast.renewed)
    assert scene.refuses(scene.cast.renewed, user="ateneo-91")


@pytest.mark.parametrize("name", ["expired", "early"])
def test_a_certificate_out_of_its_dates_is_refused(scene: Scene, name: str) -> None:
    shown = getattr(scene.cast, name)
    scene.demand(keys=(shown.pin,))
    assert scene.refuses(shown)


def test_a_certificate_ends_while_it_is_remembered(scene: Scene) -> None:
    assert scene.call(scene.cast.own).outcome == (0, "OK")
    scene.clock.advance(days=366)
    assert scene.refuses(scene.cast.own)


def test_a_pin_past_its_last_day_is_refused_and_one_on_it_is_good(scene: Scene) -> None:
    today = italian_day(scene.clock())
    scene.demand(keys=(replace(scene.cast.own.pin, until=today),))
    assert scene.call(scene.cast.own).outcome == (0, "OK")
    scene.clock.advance(days=1)
    assert scene.refuses(scene.cast.own)


def test_a_subject_pin_past_its_last_day_is_refused(scene: Scene) -> None:
    yesterday = italian_day(scene.clock()) - timedelta(days=1)
    pin = SubjectPin(scene.cast.authority.certificate, scene.cast.certified.subject, yesterday)
    scene.demand(keys=(), subjects=(pin,))
    assert scene.refuses(scene.cast.certified)


def test_the_certificate_of_another_with_this_one_s_password_is_refused(scene: Scene) -> None:
    assert scene.refuses(scene.cast.own, user="ateneo-93")
    assert scene.refuses(scene.cast.stranger, user="ateneo-91")


def test_the_certificate_of_another_is_refused_where_a_password_is_enough(scene: Scene) -> None:
    scene.demand("91", proofs=frozenset({Proof.BASIC}), keys=())
    assert scene.call(None, user="ateneo-91").outcome == (0, "OK")
    assert scene.call(scene.cast.renewed, user="ateneo-91").outcome == (0, "OK")  # nobody's
    assert scene.refuses(scene.cast.stranger, user="ateneo-91")


def test_a_wrong_password_is_not_made_good_by_a_certificate(scene: Scene) -> None:
    wrong = {"Authorization": "Basic YXRlbmVvLTkxOnNiYWdsaWF0YQ=="}
    assert scene.refuses(scene.cast.own, **wrong)
    assert scene.refuses(scene.cast.own, Authorization="Bearer abc")


def test_the_certificate_without_the_password_that_goes_with_it_is_refused(scene: Scene) -> None:
    assert scene.refuses(scene.cast.stranger, caller="93")


def test_a_key_that_two_partners_have_finds_neither(scene: Scene) -> None:
    scene.demand("93", proofs=CERTIFICATE, keys=(scene.cast.own.pin,))
    assert scene.refuses(scene.cast.own)
    assert scene.call(scene.cast.own, user="ateneo-91").outcome == (0, "OK")


def of_the_authority(scene: Scene) -> Cast:
    pin = SubjectPin(scene.cast.authority.certificate, scene.cast.certified.subject)
    scene.demand(keys=(), subjects=(pin,))
    assert scene.call(scene.cast.certified).outcome == (0, "OK")
    return scene.cast


def test_the_right_subject_from_another_authority_is_refused(scene: Scene) -> None:
    assert scene.refuses(of_the_authority(scene).imitated)


def test_an_expired_certificate_of_the_right_authority_is_refused(scene: Scene) -> None:
    assert scene.refuses(of_the_authority(scene).expired_certified)


def test_another_subject_of_the_right_authority_is_refused(scene: Scene) -> None:
    of_the_authority(scene)
    pin = SubjectPin(scene.cast.authority.certificate, "CN=altri.valdombra.example")
    scene.demand(subjects=(pin,))
    assert scene.refuses(scene.cast.certified)


def test_an_authority_that_has_ended_certifies_nobody(scene: Scene) -> None:
    of_the_authority(scene)
    scene.clock.advance(days=366)
    assert scene.refuses(scene.cast.certified)


def test_a_partner_of_another_day_is_refused_with_its_certificate(scene: Scene) -> None:
    with scene.site.installation.store.open_uow(MONTELAGO) as uow:
        partner = uow.partners.get(ORIGIN.code)
        assert partner is not None
        uow.partners.save(replace(partner, active_to=italian_day(scene.clock())))
        uow.commit()
    scene.site.installation.store.forget()
    assert scene.call(scene.cast.own).outcome == (0, "OK")
    scene.clock.advance(days=1)
    assert scene.refuses(scene.cast.own)


@pytest.mark.parametrize(
    "text", ["%", "abc", "-----BEGIN CERTIFICATE-----", "%ff%fe", "A" * 70_000, "%2D" * 9000]
)
def test_a_certificate_that_cannot_be_read_is_none(scene: Scene, text: str) -> None:
    assert scene.refuses(None, X_Congedo_Client_Certificate=text)


def test_a_private_key_in_place_of_a_certificate_is_none(scene: Scene) -> None:
    assert scene.refuses(None, X_Congedo_Client_Certificate=quote(scene.cast.own.key))


def test_the_proxy_s_own_certificate_is_not_its_caller_s(scene: Scene) -> None:
    """nginx may show one to our listener: what it says of its caller counts, even "none"."""

    class Socket:
        def getpeercert(self, binary: bool) -> bytes:
            return scene.cast.own.der

    peer = {"gunicorn.socket": Socket()}
    through = Sending(user="", headers={SECRET_HEADER: PROXY_SECRET}, environ=peer)
    assert through.to(scene.site.application, terms()).fault == NOBODY
    direct = Sending(user="", environ=peer)
    assert direct.to(scene.site.application, terms()).outcome == (0, "OK")


def test_a_partner_that_proves_itself_in_messages_is_refused_until_that_can_be_read(
    scene: Scene,
) -> None:
    scene.demand("91", proofs=frozenset({Proof.SIGNATURE}))
    answer = scene.call(None)
    assert answer.fault == NOBODY
    scene.demand("91", proofs=frozenset({Proof.BASIC, Proof.USERNAME_TOKEN}))
    assert scene.call(None, user="ateneo-91").fault == NOBODY


def test_nothing_of_a_record_changes_who_is_let_in_but_what_it_demands(scene: Scene) -> None:
    scene.demand("91", **{name: getattr(InboundSecurity(), name) for name in ("proofs", "keys")})
    assert scene.call(None, user="ateneo-91").outcome == (0, "OK")
    assert scene.refuses(scene.cast.own)


def callers_of(scene: Scene) -> Callers:
    wiring = scene.site.installation.wiring()
    return Callers(wiring, MessageProofs(wiring))


def test_a_caller_is_found_at_whichever_hosted_university_knows_it(scene: Scene) -> None:
    introduce(scene.site.installation, THIRD, (DESTINATION, "here"))
    environ = {
        "HTTP_X_CONGEDO_PROXY_SECRET": PROXY_SECRET,
        "HTTP_X_CONGEDO_CLIENT_CERTIFICATE": escaped(scene.cast.own),
    }
    today = italian_day(scene.clock())
    code, partner = callers_of(scene).identify_anywhere(environ, today)
    assert (code, partner.code) == (MONTELAGO, ORIGIN.code)


def test_where_several_know_a_caller_the_one_that_lets_it_look_up_comes_first(
    scene: Scene,
) -> None:
    installation = scene.site.installation
    scene.demand("91", proofs=frozenset({Proof.BASIC}))
    introduce(installation, THIRD, (ORIGIN, "origin"))
    with installation.store.open_uow(THIRD.code) as uow:
        partner = uow.partners.get(ORIGIN.code)
        assert partner is not None
        uow.partners.save(replace(partner, may_look_up=True))
        uow.commit()
    environ = {"HTTP_AUTHORIZATION": authorization("ateneo-91")["Authorization"]}
    found = callers_of(scene).identify_anywhere(environ, italian_day(scene.clock()))
    assert (found[0], found[1].code) == (THIRD.code, ORIGIN.code)


def test_a_caller_that_nobody_knows_is_found_nowhere(scene: Scene) -> None:
    environ = {"HTTP_AUTHORIZATION": authorization("ateneo-91", "altra")["Authorization"]}
    with pytest.raises(InvalidCall, match="401"):
        callers_of(scene).identify_anywhere(environ, italian_day(scene.clock()))
