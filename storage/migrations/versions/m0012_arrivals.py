"""Students who arrive: enrolments, who is enrolled, decisions in the making, access by token."""

import sqlalchemy as sa
from alembic import op

revision = "m0012"
down_revision = "m0011"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _key() -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False)


def _text(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=False)


def _sealed(name: str) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _at(name: str) -> "sa.Column[object]":
    return sa.Column(name, _MOMENT, nullable=False)


def upgrade() -> None:
    """Go up."""
    days = sa.Column("token_days", sa.Integer(), nullable=False, server_default=sa.text("90"))
    op.add_column("universities", days)
    page = sa.Column("payment_url", sa.String(500), nullable=False, server_default=sa.text("''"))
    op.add_column("universities", page)
    _records()
    _access()


def _records() -> None:
    op.create_table(
        "enrolments",
        _key(),
        _text("university", 5),
        _text("origin", 5),
        _text("id_pratica", 64),
        _number("version"),
        _sealed("content_sealed"),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
        sa.UniqueConstraint(
            "university", "origin", "id_pratica", name="uq_enrolments_university_origin_id_pratica"
        ),
    )
    op.create_table(
        "enrolled_students",
        _key(),
        _text("university", 5),
        _text("student_index", 64),
        _text("matricola_index", 64),
        _sealed("person_sealed"),
        _text("course_code", 40),
        _text("course_name", 255),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolled_students"),
        sa.UniqueConstraint(
            "university",
            "matricola_index",
            name="uq_enrolled_students_university_matricola_index",
        ),
    )
    for column in ("student_index", "updated_at"):
        name = f"ix_enrolled_students_university_{column}"
        op.create_index(name, "enrolled_students", ["university", column])
    op.create_table(
        "delibera_drafts",
        _key(),
        _text("university", 5),
        _text("side", 12),
        _text("partner", 5),
        _text("id_pratica", 64),
        _number("version"),
        _sealed("content_sealed"),
        _text("changed_by", 120),
        _at("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_delibera_drafts"),
        sa.UniqueConstraint(
            "university",
            "partner",
            "id_pratica",
            "side",
            name="uq_delibera_drafts_university_partner_id_pratica_side",
        ),
    )


def _access() -> None:
    op.create_table(
        "arrival_sessions",
        _key(),
        _text("university", 5),
        _text("origin", 5),
        _text("id_pratica", 64),
        _text("mark", 64),
        _at("began_at"),
        _at("seen_at"),
        sa.Column("ended_at", _MOMENT),
        sa.Column("secret_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_arrival_sessions"),
        sa.UniqueConstraint("mark", name="uq_arrival_sessions_mark"),
    )
    op.create_index(
        "ix_arrival_sessions_university_origin_id_pratica",
        "arrival_sessions",
        ["university", "origin", "id_pratica"],
    )
    op.create_index("ix_arrival_sessions_began_at", "arrival_sessions", ["began_at"])
    op.create_table(
        "arrival_tries",
        _key(),
        _text("university", 5),
        _text("kind", 10),
        _text("digest", 64),
        _number("tries"),
        _at("began_at"),
        sa.PrimaryKeyConstraint("id", name="pk_arrival_tries"),
        sa.UniqueConstraint(
            "university", "kind", "digest", name="uq_arrival_tries_university_kind_digest"
        ),
    )
    op.create_index("ix_arrival_tries_began_at", "arrival_tries", ["began_at"])


def downgrade() -> None:
    """Go down."""
    for name in (
        "arrival_tries",
        "arrival_sessions",
        "delibera_drafts",
        "enrolled_students",
        "enrolments",
    ):
        op.drop_table(name)
    for name in ("payment_url", "token_days"):
        op.drop_column("universities", name)
