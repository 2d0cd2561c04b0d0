"""Settings: what holds, and that what does not is never repeated."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.settings import Settings


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sqlite:///congedo.db",
        "postgresql+psycopg://congedo:segreta@db.example:5432/congedo",
        "postgresql+psycopg://congedo@/congedo?host=/run/postgresql",
    ],
)
def test_databases_we_work_on_are_taken(tmp_path: Path, url: str) -> None:
    assert Settings(home=tmp_path, database_url=url).database_url == url


@pytest.mark.parametrize(
    "url",
    [
        "::",
        "mysql://a:segreta@b/c",
        "postgresql://a:segreta@b/c",
        "postgresql+psycopg://a:segreta@b:port/c",
        "sqlite://",
    ],
)
def test_other_databases_are_refused_and_their_passwords_not_repeated(
    tmp_path: Path, url: str
) -> None:
    with pytest.raises(ValidationError, match="database_url") as caught:
        Settings(home=tmp_path, database_url=url)
    assert "segreta" not in str(caught.value)


def test_a_level_of_the_log_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="log_level"):
        Settings(home=tmp_path, log_level="FORTE")


def test_a_header_about_people_without_its_proxys_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="proxy_user_secret"):
        Settings(home=tmp_path, proxy_user_header="X-Remote-User")
    with pytest.raises(ValidationError, match="proxy_user_secret"):
        Settings(home=tmp_path, proxy_user_header="X-Remote-User", proxy_secret="a" * 32)
    assert Settings(home=tmp_path, proxy_user_header="X-Remote-User", proxy_user_secret="a" * 32)


@pytest.mark.parametrize("name", ["proxy_secret", "proxy_user_secret"])
def test_a_secret_is_long_has_one_successor_and_is_not_shown(tmp_path: Path, name: str) -> None:
    one, two = "parola-segreta-" * 3, "altra-segreta-" * 3
    shown = repr(Settings(home=tmp_path, **{name: f"{one} {two}"}))
    assert "segreta" not in shown
    for wrong in ("segreta", f"{one}  {two}", f"{one} {two} {one}"):
        with pytest.raises(ValidationError, match=name) as caught:
            Settings(home=tmp_path, **{name: wrong})
        assert "segreta" not in str(caught.value)
