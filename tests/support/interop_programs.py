"""Talking to a foreign program: a job goes in as one line of JSON, one line of JSON comes out.

``{"do": "call", service, wsdl, user, password, calls: [{operation, with, foglio, values}]}`` is
answered by a list with one entry for each call: ``result`` (the values of ``XResult`` as the stack
gives them), ``fault`` (code without prefix, text) or ``error`` (no SOAP came back), and ``status``
where the stack tells it. ``foglio`` is XML for typed stacks, ``values`` the same as nested objects
for the others. ``{"do": "serve", port, user, password, wsdl, document, titles, diplomas}`` is
answered by ``{"ready": true}``; the program serves until its input ends.
"""

import json
import subprocess
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from tests.support.interop_stacks import Stack
from tests.support.ports import free_port
from tests.support.universities import SECRET

CALL_SECONDS = 90
USER = "congedo"
"""As whom we call their servers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a foreign client is told to make."""

    operation: str
    given: Mapping[str, str]
    foglio: bytes = b""

    def as_job(self) -> dict[str, Any]:
        """Return the call as the programs read it."""
        job: dict[str, Any] = {"operation": self.operation, "with": dict(self.given)}
        if self.foglio:
            root = etree.fromstring(self.foglio)
            job["foglio"] = etree.tostring(root, encoding="unicode")
            job["values"] = as_values(root)
        return job


def as_values(element: etree._Element) -> Any:
    """Return an element as values: a list where a name repeats, ``#text`` beside attributes."""
    if not len(element):
        text = (element.text or "").strip()
        if not element.attrib:
            return text
        return {"#text": text, **{str(name): value for name, value in element.attrib.items()}}
    values: dict[str, Any] = {}
    for child in element:
        name, value = str(child.tag), as_values(child)
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values


@dataclass(frozen=True, slots=True)
class Answer:
    """What a foreign client made of our answer."""

    data: Mapping[str, Any]

    @property
    def result(self) -> Any:
        """The values of a good or refusing answer."""
        assert "result" in self.data, self.data
        return self.data["result"]

    @property
    def code(self) -> int:
        """``codEsito``."""
        return int(self.result["esito"]["codEsito"])

    @property
    def description(self) -> str:
        """``descEsito``."""
        return str(self.result["esito"]["descEsito"])

    @property
    def fault(self) -> tuple[str, str]:
        """Code and text of a SOAP fault."""
        assert "fault" in self.data, self.data
        return self.data["fault"]["code"], self.data["fault"]["text"]

    @property
    def document(self) -> bytes:
        """``allegato``: base64 text or, where the stack has decoded it, bytes."""
        given = self.result["allegato"]
        if isinstance(given, dict):
            return b64decode(given["base64"])
        text = str(given)
        return text.encode() if text.startswith("%PDF") else b64decode(text)


def many(value: Any) -> list[Any]:
    """Return what may be one or many as a list: stacks differ."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class Program:
    """A built foreign program."""

    stack: Stack
    folder: Path

    def call(
        self,
        service: str,
        wsdl: str,
        calls: Sequence[Call],
        *,
        user: str,
        password: str = SECRET,
        **options: Any,
    ) -> list[Answer]:
        """Let the program make calls, one after the other, and return what it understood."""
        job = {
            "do": "call",
            "service": service,
            "wsdl": wsdl,
            "user": user,
            "password": password,
            "calls": [call.as_job() for call in calls],
            **options,
        }
        done = subprocess.run(
            self.stack.command,
            check=False,
            capture_output=True,
            cwd=self.folder,
            input=json.dumps(job).encode() + b"\n",
            timeout=CALL_SECONDS,
        )
        assert done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")[-4000:]
        said = [Answer(entry) for entry in json.loads(done.stdout)]
        assert len(said) == len(calls)
        return said

    @contextmanager
    def serving(self, job: Mapping[str, Any]) -> Iterator[str]:
        """Let the program host the services; yield its address."""
        port = free_port()
        with tempfile.TemporaryFile() as log:
            running = subprocess.Popen(
                self.stack.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self.folder,
            )
            assert running.stdin is not None
            assert running.stdout is not None
            try:
                whole = {"do": "serve", "port": port, "user": USER, "password": SECRET, **job}
                running.stdin.write(json.dumps(whole).encode() + b"\n")
                running.stdin.flush()
                said = running.stdout.readline()
                log.seek(0)
                assert said, log.read().decode("utf-8", "replace")[-4000:]
                assert json.loads(said) == {"ready": True}
                yield f"http://127.0.0.1:{port}"
            finally:
                running.stdin.close()
                try:
                    running.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    running.kill()
                    running.wait()
                running.stdout.close()


def serving_job(contracts: Mapping[str, str], document: bytes, **known: Any) -> dict[str, Any]:
    """Return what a foreign server is told: contracts, a document, what it knows of students."""
    return {
        "wsdl": dict(contracts),
        "document": b64encode(document).decode(),
        "titles": {},
        "diplomas": {},
        **known,
    }
