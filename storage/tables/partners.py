"""Universities hosted here, and their partners."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

universities = sa.Table(
    "universities",
    metadata,
    sa.Column("code", sa.String(5), primary_key=True),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("name_en", sa.String(255), nullable=False),
    sa.Column("practice_prefix", sa.String(16), nullable=False),
    sa.Column("schac", sa.String(255), nullable=False),
    sa.Column("erasmus", sa.String(40), nullable=False),
    sa.Column("terms", sa.JSON, nullable=False),
    sa.Column("admission_policy", sa.String(20), nullable=False),
    sa.Column("blocking_checks", sa.JSON, nullable=False),
    sa.Column("token_on_receipt", sa.Boolean, nullable=False),
    sa.Column("second_factor", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("four_eyes", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("token_days", sa.Integer, nullable=False, server_default=sa.text("90")),
    sa.Column("payment_url", sa.String(500), nullable=False, server_default=sa.text("''")),
)

partners = sa.Table(
    "partners",
    metadata,
    key(),
    university(),
    sa.Column("code", sa.String(5), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("name_en", sa.String(255), nullable=False),
    sa.Column("schac", sa.String(255), nullable=False),
    sa.Column("erasmus", sa.String(40), nullable=False),
    sa.Column("destination_url", sa.String(500), nullable=False),
    sa.Column("origin_url", sa.String(500), nullable=False),
    sa.Column("username_in", sa.String(100)),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("username_out", sa.String(100), nullable=False),
    sa.Column("password_out_sealed", sa.LargeBinary),
    sa.Column("tolerances", sa.JSON, nullable=False),
    sa.Column("terms", sa.JSON),
    sa.Column("terms_at", UtcDateTime),
    sa.Column("active_from", sa.Date),
    sa.Column("active_to", sa.Date),
    sa.Column("timeout_seconds", sa.Float, nullable=False),
    sa.Column("security_sealed", sa.LargeBinary),
    sa.Column("limits", sa.JSON),
    sa.Column("may_look_up", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("egov", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("university", "code"),
    sa.UniqueConstraint("university", "username_in"),
)
