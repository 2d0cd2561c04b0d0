"""Whose turn a practice is and of which faculty; saved filters; what a second person approves."""

import sqlalchemy as sa
from alembic import op

revision = "m0010"
down_revision = "m0009"
branch_labels = None
depends_on = None

_WAITING, _OWING = "queue IS NOT NULL", "career_due IS NOT NULL"
_INDEXES = (
    ("queue", _WAITING, ["university", "queue", "updated_at", "id"]),
    ("faculty", _WAITING, ["university", "faculty", "queue", "updated_at", "id"]),
    ("due", _OWING, ["university", "career_due", "id"]),
)
_ORIGIN = """
UPDATE outgoing SET queue = CASE state
 WHEN 'bozza' THEN 'draft'
 WHEN 'presentata' THEN 'to_process'
 WHEN 'elaborata' THEN 'to_send'
 WHEN 'validata' THEN 'on_its_way'
 WHEN 'trasferita' THEN CASE WHEN career_due IS NULL THEN 'under_way' ELSE 'career_to_send' END
 WHEN 'richiesta revisione' THEN 'revision_to_answer'
END
"""
_DESTINATION = """
UPDATE incoming SET queue = CASE
 WHEN state = 'ricevuta' THEN 'to_verify'
 WHEN state = 'richiesta revisione' THEN 'revision_awaited'
 WHEN state = 'autorizzata immatricolazione' THEN 'to_enrol'
 WHEN state IN ('immatricolato', 'autorizzata valutazione') AND revision_open
  THEN 'integration_awaited'
 WHEN state = 'immatricolato' AND NOT (sections LIKE '%TitoliConseguiti%'
  AND sections LIKE '%CarrieraUniversitaria%') THEN 'career_awaited'
 WHEN state = 'immatricolato' THEN 'to_evaluate'
 WHEN state = 'autorizzata valutazione' THEN 'to_decide'
 WHEN state = 'deliberata' THEN 'to_conclude'
END
"""


def _key() -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False)


def upgrade() -> None:
    """Go up. Practices of before are given their faculty by ``congedo transfer faculties``."""
    for table in ("outgoing", "incoming"):
        empty = sa.text("''")
        op.add_column(
            table, sa.Column("faculty", sa.String(40), nullable=False, server_default=empty)
        )
        op.add_column(table, sa.Column("queue", sa.String(24)))
    op.execute(_ORIGIN)
    op.execute(_DESTINATION)
    for table in ("outgoing", "incoming"):
        for name, where, columns in _INDEXES:
            term = sa.text(where)
            op.create_index(
                f"ix_{table}_{name}", table, columns, sqlite_where=term, postgresql_where=term
            )
    _saved_filters()
    _proposals()


def _saved_filters() -> None:
    op.create_table(
        "saved_filters",
        _key(),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filters"),
        sa.UniqueConstraint(
            "university", "account_id", "name", name="uq_saved_filters_university_account_id_name"
        ),
    )


def _proposals() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column(
        "universities",
        sa.Column("four_eyes", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "proposals",
        _key(),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("partner", sa.String(5), nullable=False),
        sa.Column("id_pratica", sa.String(64), nullable=False),
        sa.Column("event", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary()),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("proposed_at", moment, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("ended_by", sa.String(80), nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("why_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index(
        "ix_proposals_university_partner_id_pratica_side",
        "proposals",
        ["university", "partner", "id_pratica", "side"],
    )
    term = sa.text("state = 'open'")
    op.create_index(
        "ix_proposals_open", "proposals", ["university"], sqlite_where=term, postgresql_where=term
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("proposals")
    op.drop_table("saved_filters")
    op.drop_column("universities", "four_eyes")
    for table in ("outgoing", "incoming"):
        for name, _, _ in _INDEXES:
            op.drop_index(f"ix_{table}_{name}", table)
        op.drop_column(table, "queue")
        op.drop_column(table, "faculty")
