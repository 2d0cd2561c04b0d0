"""Settings of an installation: environment (``CONGEDO_…``) over ``congedo.toml`` in its home."""

import os
import re
import socket
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from gateway.domain.deliveries import RetryPolicy

FILE = "congedo.toml"
_DEFAULT_HOME = Path("congedo-home")
_HEADER = "^[A-Za-z0-9-]{0,60}$"
_SECRETS = r"^(\S{32,128}( \S{32,128})?)?$"
FORM_LIMIT = 12 * 1024 * 1024
"""Bytes of a form from a page with its files; a file of careers or of an offer fits in."""
_DATABASE = re.compile(r"(sqlite(\+pysqlite)?:///.|postgresql\+psycopg://)")


def default_home() -> Path:
    """Return the home folder: ``CONGEDO_HOME``, or ``congedo-home`` in the current folder."""
    return Path(os.environ.get("CONGEDO_HOME") or _DEFAULT_HOME)


class Settings(BaseSettings):
    """What an operator can set. ``docs/operations.md`` explains each."""

    model_config = SettingsConfigDict(
        env_prefix="CONGEDO_",
        extra="forbid",
        hide_input_in_errors=True,  # a database URL may hold a password
    )

    home: Path = Field(default_factory=default_home)
    database_url: str = ""
    keys_file: Path | None = None
    public_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    threads: Annotated[int, Field(ge=1, le=256)] = 16
    memory_limit_mb: Annotated[int, Field(ge=160)] = 512
    trusted_proxies: Annotated[int, Field(ge=0, le=9)] = 0
    proxy_secret: Annotated[str, Field(pattern=_SECRETS, repr=False)] = ""
    proxy_user_header: Annotated[str, Field(pattern=_HEADER)] = ""
    proxy_user_secret: Annotated[
        str, Field(pattern=_SECRETS, repr=False, validate_default=True)
    ] = ""
    proxy_codice_fiscale_header: Annotated[str, Field(pattern=_HEADER)] = ""
    proxy_name_header: Annotated[str, Field(pattern=_HEADER)] = ""
    proxy_email_header: Annotated[str, Field(pattern=_HEADER)] = ""
    proxy_instant_header: Annotated[str, Field(pattern=_HEADER)] = ""
    proxy_login: Annotated[str, Field(pattern=r"^(/[!-~]*)?$")] = ""
    proxy_label: Annotated[str, Field(max_length=60)] = "IDEM"
    proxy_student_university: Annotated[str, Field(pattern="^[0-9A-Za-z]{0,5}$")] = ""
    tls_certificate: Path | None = None
    tls_key: Annotated[Path | None, Field(validate_default=True)] = None
    tls_client_authorities: Path | None = None
    node: Annotated[str, Field(pattern="^[^#]{1,100}$")] = Field(default_factory=socket.gethostname)
    delivery_slots: Annotated[int, Field(ge=1, le=256)] = 24
    delivery_slots_per_partner: Annotated[int, Field(ge=1, le=64)] = 8
    poll_seconds: Annotated[float, Field(gt=0, le=60)] = 0.1
    silent_seconds: Annotated[float, Field(ge=1, le=3600)] = 45.0
    outbound_proxy: str = ""
    authorities: Path | None = None
    foglio_limit: Annotated[int, Field(ge=65_536)] = 1024 * 1024
    small_limit: Annotated[int, Field(ge=4_096)] = 64 * 1024
    message_fresh_seconds: Annotated[int, Field(ge=30, le=3600)] = 300
    message_ahead_seconds: Annotated[int, Field(ge=0, le=600)] = 60
    retry_first_seconds: Annotated[float, Field(gt=0)] = 15.0
    retry_ceiling_hours: Annotated[float, Field(gt=0)] = 4.0
    retry_expiry_days: Annotated[float, Field(gt=0)] = 14.0
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=0, le=65535)] = 0
    smtp_tls: Annotated[str, Field(pattern="^(none|starttls|tls)$")] = "starttls"
    smtp_user: str = ""
    smtp_password: Annotated[str, Field(repr=False)] = ""
    smtp_seconds: Annotated[float, Field(ge=1, le=300)] = 20.0
    metrics_token: Annotated[str, Field(pattern="^([!-~]{16,200})?$")] = ""
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$")] = "INFO"

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, url: str) -> str:
        """Check what can be known of a database URL before anything is opened."""
        if url and (_DATABASE.match(url) is None or (urlsplit(url).port or 1) < 1):
            raise ValueError("sqlite:///… or postgresql+psycopg://…")
        return url

    @field_validator("proxy_user_secret")
    @classmethod
    def _check_people(cls, secret: str, known: ValidationInfo) -> str:
        """Check that nobody is believed about who signed in without showing a secret."""
        if known.data.get("proxy_user_header") and not secret:
            raise ValueError("proxy_user_header, proxy_user_secret")
        return secret

    @field_validator("tls_key")
    @classmethod
    def _check_tls(cls, key: Path | None, known: ValidationInfo) -> Path | None:
        """Check that a listener with TLS has both its halves."""
        if (known.data.get("tls_certificate") is None) != (key is None):
            raise ValueError("tls_certificate, tls_key")
        return key

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given by hand wins over the environment, that over the file."""
        given: dict[str, Any] = dict(getattr(init_settings, "init_kwargs", {}))
        home = Path(given.get("home") or default_home())
        file = TomlConfigSettingsSource(settings_cls, toml_file=home / FILE)
        return init_settings, env_settings, file

    @property
    def url(self) -> str:
        """The database: the one set, or a SQLite file in the home folder."""
        return self.database_url or f"sqlite:///{self.home / 'congedo.db'}"

    @property
    def keys(self) -> Path:
        """The key file."""
        return self.keys_file or self.home / "keys" / "congedo.keys"

    @property
    def retry(self) -> RetryPolicy:
        """How deliveries are tried again."""
        return RetryPolicy(
            first=timedelta(seconds=self.retry_first_seconds),
            ceiling=timedelta(hours=self.retry_ceiling_hours),
            expiry=timedelta(days=self.retry_expiry_days),
        )
