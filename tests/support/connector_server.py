"""A reference connector: the contract of docs/ports.md over files, as a process of its own.

``python -m tests.support.connector_server FOLDER`` serves on a free port, which it writes to
FOLDER/port. What it was asked stands in FOLDER/asked.jsonl; what FOLDER/trouble names happens to
the next requests (``slow``, ``fail``, ``garbage``, ``array``, ``nothing``, ``huge``, ``redirect``,
``forget``: it registers, then the line drops), each as often as the number behind it says.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "segreto-del-connettore"
_STARTED_SECONDS = 20


class _Connector(BaseHTTPRequestHandler):
    """Answers registrations and events; the same key gets the same answer."""

    protocol_version = "HTTP/1.1"
    folder: Path
    known: dict[str, dict[str, Any]]
    events: list[dict[str, Any]]
    lock: threading.Lock

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        key = self.headers.get("Idempotency-Key", "")
        with self.lock, (self.folder / "asked.jsonl").open("a") as log:
            log.write(json.dumps({"path": self.path, "key": key, "body": body}) + "\n")
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._say(401, {"error": "unauthorised"})
            return
        trouble = self._trouble()
        if trouble == "slow":
            time.sleep(1.5)
        if trouble == "fail":
            self._say(503, {"error": "later"})
            return
        odd = {
            "garbage": b"<html>",
            "array": b"[]",
            "nothing": b"{}",
            "huge": b'"' + b"x" * 2_000_000 + b'"',
        }
        if trouble in odd:
            self._send(200, odd[trouble])
            return
        if trouble == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        answer = self._answer(key, body)
        if trouble == "forget":
            self.close_connection = True
            return
        self._say(200, answer)

    def _answer(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            if self.path == "/api/health":
                return {"name": "connettore di riferimento"}
            if self.path == "/api/student-files/query":
                rows = [row for row in self.events if row["student"] == body["student"]]
                return {
                    "events": [
                        {name: row[name] for name in ("at", "event", "document")} for row in rows
                    ]
                }
            if key in self.known:
                return self.known[key]
            if self.path == "/api/registrations":
                given = sum("number" in row for row in self.known.values()) + 1
                self.known[key] = {"number": f"TIT-{body['at'][:4]}-{given:05d}"}
            else:
                self.events.append(body)
                self.known[key] = {"accepted": True}
            return self.known[key]

    def _trouble(self) -> str:
        file = self.folder / "trouble"
        with self.lock:
            name, _, times = (file.read_text() if file.exists() else "").partition(" ")
            left = int(times or 0)
            if left > 0:
                file.write_text(f"{name} {left - 1}")
            return name if left > 0 else ""

    def _say(self, status: int, answer: object) -> None:
        self._send(status, json.dumps(answer).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def serve(folder: Path) -> None:
    """Serve until the process ends."""
    _Connector.folder = folder
    _Connector.known, _Connector.events = {}, []
    _Connector.lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Connector)
    written = folder / "port.new"
    written.write_text(str(server.server_port))
    written.rename(folder / "port")
    server.serve_forever()


@dataclass
class ConnectorProcess:
    """The connector from the other end."""

    folder: Path
    running: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{(self.folder / 'port').read_text()}/api"

    def trouble(self, name: str, times: int) -> None:
        """Let something happen to the next requests."""
        (self.folder / "trouble").write_text(f"{name} {times}")

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What it was asked, in order."""
        file = self.folder / "asked.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def kill(self) -> None:
        """End it."""
        self.running.kill()
        self.running.wait(10)


@contextmanager
def connector(folder: Path) -> Iterator[ConnectorProcess]:
    """Run a connector."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.support.connector_server", str(folder)]
    made = ConnectorProcess(folder, subprocess.Popen(command))
    until = time.monotonic() + _STARTED_SECONDS
    while not (folder / "port").exists():
        assert time.monotonic() < until, "the connector did not start"
        assert made.running.poll() is None, "the connector ended"
        time.sleep(0.02)
    try:
        yield made
    finally:
        made.kill()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
