"""The front door: which universities are hosted and where their contracts are; signs of life."""

from collections.abc import Callable, Sequence

from flask import Flask, Response, render_template_string

from gateway.domain.partners import University
from gateway.web.health import Readiness

_HOME = """<!doctype html>
<html lang="it">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Congedo</title>
</head>
<body>
  <main>
    <h1>Congedo</h1>
    <p>Scambio del foglio di congedo fra atenei.
       <span lang="en">Exchange of the foglio di congedo between universities.</span></p>
    {% if universities %}
    <table>
      <caption>Atenei ospitati / <span lang="en">Hosted universities</span></caption>
      <thead><tr><th scope="col">Codice MIUR</th><th scope="col">Ateneo</th>
        <th scope="col">Destinazione</th><th scope="col">Provenienza</th></tr></thead>
      <tbody>
      {% for university in universities %}
        <tr><td>{{ university.code }}</td><th scope="row">{{ university.name }}</th>
          <td><a href="soap/{{ university.code }}/destinazione?wsdl">WSDL</a></td>
          <td><a href="soap/{{ university.code }}/provenienza?wsdl">WSDL</a></td></tr>
      {% endfor %}
      </tbody>
    </table>
    {% else %}
    <p>Nessun ateneo ospitato. <span lang="en">No university is hosted.</span></p>
    {% endif %}
  </main>
</body>
</html>
"""


def make_app(universities: Callable[[], Sequence[University]], readiness: Readiness) -> Flask:
    """Return the application. ``readiness`` tells whether the installation can serve."""
    app = Flask("gateway.web")

    @app.get("/")
    def home() -> str:
        return render_template_string(_HOME, universities=universities())

    @app.get("/health/live")
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready")
    def is_ready() -> tuple[dict[str, object], int]:
        health = readiness.look()
        return health.as_json(), 200 if health.ready else 503

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app
