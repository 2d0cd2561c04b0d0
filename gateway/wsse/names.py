"""Names of the standards, and the closed lists of what is accepted and written.

WS-Security 1.0/1.1 with the UsernameToken and X.509 token profiles; XML signature; exclusive
canonicalisation. What is not in a list here is refused: SHA-1, MD5, HMAC, inclusive
canonicalisation, XPath and XSLT never come to run.
"""

from collections.abc import Mapping

from gateway.contracts import SOAP11

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_XMLDSIG_MORE = "http://www.w3.org/2001/04/xmldsig-more#"

DS = "http://www.w3.org/2000/09/xmldsig#"
WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
NEXT_ACTOR = "http://schemas.xmlsoap.org/soap/actor/next"

ENVELOPE, HEADER, BODY = f"{{{SOAP11}}}Envelope", f"{{{SOAP11}}}Header", f"{{{SOAP11}}}Body"
ACTOR, MUST_UNDERSTAND = f"{{{SOAP11}}}actor", f"{{{SOAP11}}}mustUnderstand"
SECURITY = f"{{{WSSE}}}Security"
ID = f"{{{WSU}}}Id"

PASSWORD_DIGEST = f"{_OASIS}username-token-profile-1.0#PasswordDigest"
BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"
X509V3 = f"{_OASIS}x509-token-profile-1.0#X509v3"
SKI = f"{_OASIS}x509-token-profile-1.0#X509SubjectKeyIdentifier"
THUMBPRINT = "http://docs.oasis-open.org/wss/oasis-wss-soap-message-security-1.1#ThumbprintSHA1"

RSA_SHA256 = f"{_XMLDSIG_MORE}rsa-sha256"
ECDSA_SHA256 = f"{_XMLDSIG_MORE}ecdsa-sha256"
SIGNATURE_METHODS: Mapping[str, str] = {
    RSA_SHA256: "rsa",
    f"{_XMLDSIG_MORE}rsa-sha384": "rsa",
    f"{_XMLDSIG_MORE}rsa-sha512": "rsa",
    ECDSA_SHA256: "ecdsa",
    f"{_XMLDSIG_MORE}ecdsa-sha384": "ecdsa",
    f"{_XMLDSIG_MORE}ecdsa-sha512": "ecdsa",
}
"""Each method with the kind of key it takes."""

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
DIGEST_METHODS: Mapping[str, int] = {
    SHA256: 32,
    f"{_XMLDSIG_MORE}sha384": 48,
    "http://www.w3.org/2001/04/xmlenc#sha512": 64,
}
"""Each method with the length of its digests in bytes."""
