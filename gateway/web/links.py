"""Links to pages that may or may not be there."""

from typing import Any

from flask import current_app, url_for
from werkzeug.routing import BuildError


def link_if(endpoint: str, **values: Any) -> str:
    """Return the address of an endpoint, empty if there is none or it wants something else."""
    if endpoint not in current_app.view_functions:
        return ""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""
