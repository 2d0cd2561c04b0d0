"""Signs of life, for probes."""

from flask import Flask

from gateway.web.access import everybody
from gateway.web.health import Readiness


def add_signs_of_life(app: Flask, readiness: Readiness) -> None:
    """Let an application tell probes whether it lives and whether it can serve."""

    @app.get("/health/live")
    @everybody
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready")
    @everybody
    def is_ready() -> tuple[dict[str, object], int]:
        health = readiness.look()
        return health.as_json(), 200 if health.ready else 503
