"""First form: universities, partners, practices, journal, deliveries, records."""

import sqlalchemy as sa
from alembic import op

revision = "m0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "admissions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("course", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_admissions"),
        sa.UniqueConstraint(
            "university",
            "course",
            "year",
            "student_index",
            name="uq_admissions_university_course_year_student_index",
        ),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary()),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
    )
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["university", "kind", "subject"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )

    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("attachment_id", sa.String(length=40), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("available_until", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer()),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint(
            "university",
            "partner",
            "id_pratica",
            "side",
            "attachment_id",
            name="uq_attachments_university_partner_id_pratica_side_attachment_id",
        ),
    )
    op.create_table(
        "cached_offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("courses", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cached_offers"),
        sa.UniqueConstraint(
            "university", "partner", "year", name="uq_cached_offers_university_partner_year"
        ),
    )
    op.create_table(
        "checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("passed", sa.Boolean()),
        sa.Column("detail_sealed", sa.LargeBinary()),
        sa.Column("cleared_by", sa.String(length=120), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True)),
        sa.Column("cleared_for_sealed", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
    )
    op.create_index(
        "ix_checks_university_partner_id_pratica_side",
        "checks",
        ["university", "partner", "id_pratica", "side"],
    )

    op.create_table(
        "counters",
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("university", "series", "year", name="pk_counters"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("course", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
        sa.UniqueConstraint("university", "year", "code", name="uq_courses_university_year_code"),
    )
    op.create_table(
        "delibere",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("protocol_number", sa.String(length=40), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delibere"),
        sa.UniqueConstraint(
            "university",
            "partner",
            "id_pratica",
            "side",
            name="uq_delibere_university_partner_id_pratica_side",
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("id_pratica", sa.String(length=64)),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("meta_sealed", sa.LargeBinary()),
        sa.Column("payload_sealed", sa.LargeBinary()),
        sa.Column("trouble", sa.String(length=12), nullable=False),
        sa.Column("detail_sealed", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("delivery_id", name="uq_deliveries_delivery_id"),
    )
    op.create_index("ix_deliveries_state_next_at", "deliveries", ["state", "next_at"])
    op.create_index(
        "ix_deliveries_university_partner_id_pratica_side",
        "deliveries",
        ["university", "partner", "id_pratica", "side"],
    )

    op.create_table(
        "foglio_drafts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_foglio_drafts"),
    )
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40)),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("notes_sealed", sa.LargeBinary()),
        sa.Column("reference", sa.String(length=80)),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
    )
    op.create_index(
        "ix_history_university_partner_id_pratica_side",
        "history",
        ["university", "partner", "id_pratica", "side"],
    )

    op.create_table(
        "incoming",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("origin", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("course_code", sa.String(length=40), nullable=False),
        sa.Column("course_name", sa.String(length=255), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("token_used", sa.Boolean(), nullable=False),
        sa.Column("sections", sa.String(length=120), nullable=False),
        sa.Column("career_due", sa.Date()),
        sa.Column("revision_open", sa.Boolean(), nullable=False),
        sa.Column("protocol_number", sa.String(length=40), nullable=False),
        sa.Column("matricola", sa.String(length=40), nullable=False),
        sa.Column("course_enrolled", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_incoming"),
        sa.UniqueConstraint(
            "university", "origin", "id_pratica", name="uq_incoming_university_origin_id_pratica"
        ),
    )
    op.create_index(
        "ix_incoming_university_state_updated_at", "incoming", ["university", "state", "updated_at"]
    )
    op.create_index(
        "ix_incoming_university_student_index", "incoming", ["university", "student_index"]
    )

    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("operation", sa.String(length=40), nullable=False),
        sa.Column("id_pratica", sa.String(length=64)),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("request_sealed", sa.LargeBinary()),
        sa.Column("answer_sealed", sa.LargeBinary()),
        sa.Column("request_bytes", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("sections", sa.String(length=120), nullable=False),
        sa.Column("tolerated", sa.String(length=120), nullable=False),
        sa.Column("repeats", sa.String(length=40), nullable=False),
        sa.Column("delivery_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_messages"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_messages_university_partner_id_pratica",
        "messages",
        ["university", "partner", "id_pratica"],
    )

    op.create_table(
        "nodes",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_nodes"),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.UniqueConstraint("university", "year", name="uq_offers_university_year"),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("course_code", sa.String(length=40), nullable=False),
        sa.Column("course_name", sa.String(length=255), nullable=False),
        sa.Column("academic_year", sa.Integer(), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("foglio", sa.BigInteger(), nullable=False),
        sa.Column("sections", sa.String(length=120), nullable=False),
        sa.Column("sent", sa.String(length=120), nullable=False),
        sa.Column("terms", sa.JSON()),
        sa.Column("career_due", sa.Date()),
        sa.Column("revision_sealed", sa.LargeBinary()),
        sa.Column("protocol_number", sa.String(length=40), nullable=False),
        sa.Column("archive_number", sa.String(length=40), nullable=False),
        sa.Column("course_enrolled", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing"),
        sa.UniqueConstraint("university", "id_pratica", name="uq_outgoing_university_id_pratica"),
    )
    op.create_index(
        "ix_outgoing_university_state_updated_at", "outgoing", ["university", "state", "updated_at"]
    )
    op.create_index(
        "ix_outgoing_university_student_index", "outgoing", ["university", "student_index"]
    )

    op.create_table(
        "partners",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("schac", sa.String(length=255), nullable=False),
        sa.Column("erasmus", sa.String(length=40), nullable=False),
        sa.Column("destination_url", sa.String(length=500), nullable=False),
        sa.Column("origin_url", sa.String(length=500), nullable=False),
        sa.Column("username_in", sa.String(length=100)),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("username_out", sa.String(length=100), nullable=False),
        sa.Column("password_out_sealed", sa.LargeBinary()),
        sa.Column("tolerances", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON()),
        sa.Column("terms_at", sa.DateTime(timezone=True)),
        sa.Column("active_from", sa.Date()),
        sa.Column("active_to", sa.Date()),
        sa.Column("timeout_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_partners"),
        sa.UniqueConstraint("university", "code", name="uq_partners_university_code"),
        sa.UniqueConstraint("university", "username_in", name="uq_partners_university_username_in"),
    )
    op.create_table(
        "register_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_entries"),
        sa.UniqueConstraint(
            "university", "series", "number", name="uq_register_entries_university_series_number"
        ),
    )
    op.create_table(
        "remote_progress",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("partner", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_remote_progress"),
        sa.UniqueConstraint(
            "university",
            "partner",
            "id_pratica",
            "side",
            name="uq_remote_progress_university_partner_id_pratica_side",
        ),
    )
    op.create_table(
        "student_files",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("matricola", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_student_files"),
    )
    op.create_index(
        "ix_student_files_university_student_index",
        "student_files",
        ["university", "student_index"],
    )

    op.create_table(
        "universities",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("practice_prefix", sa.String(length=16), nullable=False),
        sa.Column("schac", sa.String(length=255), nullable=False),
        sa.Column("erasmus", sa.String(length=40), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("admission_policy", sa.String(length=20), nullable=False),
        sa.Column("blocking_checks", sa.JSON(), nullable=False),
        sa.Column("token_on_receipt", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_universities"),
    )
