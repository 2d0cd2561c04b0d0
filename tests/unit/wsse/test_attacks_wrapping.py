"""Signature wrapping: what was signed is kept somewhere, what is read is something else."""

import copy
from collections.abc import Callable

import pytest
from lxml import etree

from gateway.wsse.refusals import Flaw
from tests.support.wsse_checks import MESSAGE, refused
from tests.support.wsse_messages import (
    DS,
    EXC,
    ID,
    NS,
    SOAP,
    WSSE,
    WSU,
    Signing,
    security_of,
    signed,
)

Tree = etree._Element
HEADER, BODY = f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"


def attacked(how: Callable[[Tree], None], message: bytes = b"") -> bytes:
    """Return the signed message, changed."""
    root = etree.fromstring(message or signed(MESSAGE))
    how(root)
    return bytes(etree.tostring(root))


def find(root: Tree, path: str) -> Tree:
    """Return the one element at a path."""
    (found,) = root.xpath(path, namespaces=NS)
    return found


def evil_body(root: Tree, identifier: str = "") -> Tree:
    """Return a Body that nobody signed."""
    body = copy.deepcopy(find(root, "/s:Envelope/s:Body"))
    body[0][0].text = "Eva"
    body.attrib.pop(ID)
    if identifier:
        body.set(ID, identifier)
    return body


def move_body_into_header(root: Tree, evil_id: str = "") -> None:
    """The classic: the signed Body goes into the header, an unsigned one takes its place."""
    body = find(root, "/s:Envelope/s:Body")
    evil = evil_body(root, evil_id)
    root.replace(body, evil)
    wrapper = etree.SubElement(find(root, "/s:Envelope/s:Header"), "{urn:x}Wrapper")
    wrapper.append(body)


def test_a_signed_body_moved_into_the_header_is_refused() -> None:
    refused(attacked(move_body_into_header), Flaw.BODY_UNSIGNED)


def test_a_moved_body_with_its_identifier_repeated_is_refused() -> None:
    refused(attacked(lambda root: move_body_into_header(root, "body-1")), Flaw.IDS_REPEATED)


def test_a_moved_body_beside_one_with_an_identifier_of_its_own_is_refused() -> None:
    refused(attacked(lambda root: move_body_into_header(root, "body-2")), Flaw.BODY_UNSIGNED)


def test_a_second_body_is_refused() -> None:
    refused(attacked(lambda root: root.append(evil_body(root))), Flaw.ENVELOPE)


def test_a_second_body_before_the_signed_one_is_refused() -> None:
    refused(attacked(lambda root: root.insert(1, evil_body(root))), Flaw.ENVELOPE)


def test_an_envelope_within_the_envelope_is_refused() -> None:
    def wrap(root: Tree) -> None:
        inner = copy.deepcopy(root)
        root.replace(find(root, "/s:Envelope/s:Body"), evil_body(root))
        etree.SubElement(find(root, "/s:Envelope/s:Header"), "{urn:x}Wrapper").append(inner)
        find(root, "/s:Envelope/s:Body").set(ID, "body-9")

    refused(attacked(wrap), Flaw.IDS_REPEATED)


@pytest.mark.parametrize(
    "attribute", ["Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id", ID]
)
def test_another_element_with_the_identifier_of_the_body_is_refused(attribute: str) -> None:
    def repeat(root: Tree) -> None:
        etree.SubElement(find(root, "/s:Envelope/s:Header"), "{urn:x}Other").set(
            attribute, "body-1"
        )

    refused(attacked(repeat), Flaw.IDS_REPEATED)


@pytest.mark.parametrize("attribute", ["Id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_a_body_identified_by_another_attribute_is_refused(attribute: str) -> None:
    def rename(root: Tree) -> None:
        body = find(root, "/s:Envelope/s:Body")
        body.set(attribute, body.attrib.pop(ID))

    refused(attacked(rename), Flaw.BODY_UNSIGNED)


def test_a_body_that_lost_its_identifier_is_refused() -> None:
    refused(
        attacked(lambda root: find(root, "/s:Envelope/s:Body").attrib.pop(ID)), Flaw.BODY_UNSIGNED
    )


def fresh(root: Tree, identifier: str) -> Tree:
    """Return a timestamp that nobody signed."""
    stamp = copy.deepcopy(find(root, "//wsu:Timestamp"))
    stamp.set(ID, identifier)
    return stamp


def test_a_timestamp_swapped_for_a_fresh_one_is_refused() -> None:
    def swap(root: Tree) -> None:
        old = find(root, "//wsu:Timestamp")
        new = fresh(root, "time-2")
        old.getparent().replace(old, new)
        etree.SubElement(find(root, "/s:Envelope/s:Header"), "{urn:x}Wrapper").append(old)

    refused(attacked(swap), Flaw.TIMESTAMP_UNSIGNED)


def test_a_second_timestamp_is_refused() -> None:
    def add(root: Tree) -> None:
        security_of(root).append(fresh(root, "time-2"))

    refused(attacked(add), Flaw.PART_REPEATED)


def test_a_signed_timestamp_in_the_header_of_somebody_else_is_refused() -> None:
    def move(root: Tree) -> None:
        other = etree.SubElement(find(root, "/s:Envelope/s:Header"), f"{{{WSSE}}}Security")
        other.set(f"{{{SOAP}}}actor", "urn:altri")
        other.append(find(root, "//wsu:Timestamp"))

    refused(attacked(move), Flaw.TIMESTAMP_MISSING)


def test_a_signature_that_covers_only_the_body_is_refused() -> None:
    refused(signed(MESSAGE, how=Signing(parts=("Body",))), Flaw.TIMESTAMP_UNSIGNED)


def test_an_unsigned_body_is_refused() -> None:
    refused(signed(MESSAGE, how=Signing(parts=("Timestamp",))), Flaw.BODY_UNSIGNED)


def test_the_same_part_signed_twice_does_not_stand_for_both() -> None:
    refused(signed(MESSAGE, how=Signing(parts=("Body", "Body"))), Flaw.TIMESTAMP_UNSIGNED)


def test_an_empty_list_of_references_is_refused() -> None:
    refused(signed(MESSAGE, how=Signing(parts=())), Flaw.BODY_UNSIGNED)


def test_a_third_reference_is_refused() -> None:
    how = Signing(parts=("Body", "Timestamp", "Body"))
    refused(signed(MESSAGE, how=how), Flaw.REFERENCES)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "#",
        "body-1",
        "http://127.0.0.1:1/",
        "file:///etc/hostname",
        "#xpointer(/)",
        "#xpointer(id('body-1'))",
        "#body-1 time-1",
        "#body-1') | //*[('",
        "cid:body-1",
    ],
)
def test_a_reference_that_is_no_plain_identifier_is_refused(uri: str) -> None:
    def point(root: Tree) -> None:
        root.xpath("//ds:Reference", namespaces=NS)[0].set("URI", uri)

    refused(attacked(point), Flaw.REFERENCES)


def test_a_reference_without_uri_is_refused() -> None:
    def strip(root: Tree) -> None:
        root.xpath("//ds:Reference", namespaces=NS)[0].attrib.pop("URI")

    refused(attacked(strip), Flaw.REFERENCES)


def test_a_body_of_another_version_of_soap_is_refused() -> None:
    def other(root: Tree) -> None:
        body = find(root, "/s:Envelope/s:Body")
        wrong = etree.Element("{http://www.w3.org/2003/05/soap-envelope}Body")
        wrong.extend(copy.deepcopy(list(body)))
        root.append(wrong)

    refused(attacked(other), Flaw.ENVELOPE)


def test_an_enveloped_signature_is_refused() -> None:
    enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
    refused(signed(MESSAGE, how=Signing(transforms=(enveloped, EXC))), Flaw.TRANSFORM)


def test_a_signature_outside_the_security_header_counts_for_nothing() -> None:
    def move(root: Tree) -> None:
        find(root, "/s:Envelope/s:Body").append(find(root, "//ds:Signature"))

    refused(attacked(move), Flaw.SIGNATURE_MISSING)


def test_two_signatures_are_refused() -> None:
    def double(root: Tree) -> None:
        signature = find(root, "//ds:Signature")
        signature.getparent().append(copy.deepcopy(signature))

    refused(attacked(double), Flaw.PART_REPEATED)


def test_two_security_headers_are_refused() -> None:
    def double(root: Tree) -> None:
        etree.SubElement(find(root, "/s:Envelope/s:Header"), f"{{{WSSE}}}Security")

    refused(attacked(double), Flaw.SECURITY_REPEATED)


def test_a_second_header_for_whoever_is_next_is_refused() -> None:
    def double(root: Tree) -> None:
        etree.SubElement(find(root, "/s:Envelope/s:Header"), f"{{{WSSE}}}Security").set(
            f"{{{SOAP}}}actor", "http://schemas.xmlsoap.org/soap/actor/next"
        )

    refused(attacked(double), Flaw.SECURITY_REPEATED)


def test_a_header_for_a_named_actor_is_not_ours() -> None:
    def readdress(root: Tree) -> None:
        find(root, "//wsse:Security").set(f"{{{SOAP}}}actor", "urn:altri")

    refused(attacked(readdress), Flaw.SECURITY_MISSING)


def test_objects_and_manifests_in_a_signature_are_refused() -> None:
    def add(root: Tree) -> None:
        signature = find(root, "//ds:Signature")
        item = etree.SubElement(signature, f"{{{DS}}}Object")
        etree.SubElement(item, f"{{{DS}}}Manifest")

    refused(attacked(add), Flaw.SIGNATURE_FORM)


def test_two_headers_of_the_envelope_are_refused() -> None:
    refused(attacked(lambda root: root.insert(0, etree.Element(HEADER))), Flaw.ENVELOPE)


def test_a_token_of_the_timestamp_from_another_message_is_refused() -> None:
    def mix(root: Tree) -> None:
        other = etree.fromstring(signed(MESSAGE, how=Signing(expires=None)))
        old = find(root, "//wsu:Timestamp")
        old.getparent().replace(old, find(other, "//wsu:Timestamp"))

    refused(attacked(mix), Flaw.SIGNATURE_WRONG)


def test_a_body_from_another_message_is_refused() -> None:
    def mix(root: Tree) -> None:
        other = etree.fromstring(signed(MESSAGE.replace(b">30<", b">18<")))
        root.replace(find(root, "/s:Envelope/s:Body"), find(other, "/s:Envelope/s:Body"))

    refused(attacked(mix), Flaw.SIGNATURE_WRONG)


def test_times_of_the_timestamp_repeated_are_refused() -> None:
    def add(root: Tree) -> None:
        stamp = find(root, "//wsu:Timestamp")
        stamp.append(copy.deepcopy(stamp.find(f"{{{WSU}}}Created")))

    refused(attacked(add), Flaw.PART_REPEATED)
