"""Terms of keeping, who looked at personal data, and the digest by which repeats stay known.

Rows of ``accesses`` are never changed: the database itself refuses it (sealing them again with a
new key is no change of what they say).
"""

import sqlalchemy as sa
from alembic import op

revision = "m0006"
down_revision = "m0005"
branch_labels = None
depends_on = None

_FIXED = "at, operator, command, subject, id_pratica, row_count, university"


def upgrade() -> None:
    """Go up."""
    op.add_column("messages", sa.Column("canonical", sa.String(length=64)))
    op.create_table(
        "retention_terms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_retention_terms"),
        sa.UniqueConstraint("university", "kind", name="uq_retention_terms_university_kind"),
    )
    op.create_table(
        "accesses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operator", sa.String(length=120), nullable=False),
        sa.Column("command", sa.String(length=60), nullable=False),
        sa.Column("purpose_sealed", sa.LargeBinary()),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("id_pratica", sa.String(length=64)),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accesses"),
    )
    op.create_index("ix_accesses_university_subject", "accesses", ["university", "subject"])
    _refuse_changes()


def _refuse_changes() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER accesses_fixed BEFORE UPDATE OF {_FIXED} ON accesses"
            " BEGIN SELECT RAISE(ABORT, 'accesses are never changed'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION accesses_fixed() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'accesses are never changed'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER accesses_fixed BEFORE UPDATE OF {_FIXED} ON accesses"
        " FOR EACH ROW EXECUTE FUNCTION accesses_fixed()"
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("accesses")
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION accesses_fixed()")
    op.drop_table("retention_terms")
    op.drop_column("messages", "canonical")
