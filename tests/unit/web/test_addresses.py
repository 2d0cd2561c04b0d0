"""Every identifier of a practice has an address, and every address one identifier."""

import string

import pytest
from flask import Flask, url_for
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.addresses import add_addresses, from_address, to_address

VISIBLE = st.text(alphabet=string.printable[:94], min_size=1, max_size=64)


def application() -> Flask:
    app = Flask(__name__)
    add_addresses(app)
    app.add_url_rule("/a/<practice>/b", "page", lambda practice: practice)
    return app


APP = application()


@given(VISIBLE)
def test_what_an_origin_may_call_a_practice_comes_back_from_its_address(name: str) -> None:
    assert from_address(to_address(name)) == name
    with APP.test_request_context():
        address = url_for("page", practice=name)
    assert APP.test_client().get(address).text == name


def test_a_plain_identifier_is_its_own_address() -> None:
    assert to_address("UNIVAL20260000001") == "UNIVAL20260000001"


@pytest.mark.parametrize("part", ["~zz", "~c", "~ff"])
def test_an_address_that_nobody_made_is_not_found(part: str) -> None:
    assert APP.test_client().get(f"/a/{part}/b").status_code == 404
