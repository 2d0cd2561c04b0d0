"""What is said to a client before any application has heard of it."""


def _refusal(status: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close", "Content-Length: 0", *headers]
    return "\r\n".join([*lines, "", ""]).encode("ascii")


BUSY = _refusal("503 Service Unavailable", "Retry-After: 5")
MALFORMED = _refusal("400 Bad Request")
TOO_LARGE = _refusal("431 Request Header Fields Too Large")
TOO_SLOW = _refusal("408 Request Timeout")
