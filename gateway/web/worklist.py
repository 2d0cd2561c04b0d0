"""The first page of an office: what waits for it."""

from flask import Blueprint, render_template

from gateway.web.access import READERS, allow

pages = Blueprint("worklist", __name__, url_prefix="/ateneo/<university>")


@pages.get("/lavori")
@allow(*READERS)
def show(university: str) -> str:
    """Show what waits."""
    return render_template("worklist.html")
