"""Referrals, their moves and letters; notes with their revisions."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "legal_opinion",
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("filed_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("length(document) > 0", name=op.f("ck_legal_opinion_document_named")),
        sa.ForeignKeyConstraint(
            ["filed_by"], ["user_account.id"], name=op.f("fk_legal_opinion_filed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_opinion")),
    )
    op.create_table(
        "note",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum("draft", "signed", name="notestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.Column("started_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "addendum_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("signed_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at is not null and signed_by is not null)",
            name=op.f("ck_note_signed_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["addendum_to"], ["note.id"], name=op.f("fk_note_addendum_to_note")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_note_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["user_account.id"], name=op.f("fk_note_signed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name=op.f("fk_note_started_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_note_one_draft",
            ["client_id", "started_by"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "note_revision",
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("written_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "written_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_note_revision_note_id_note")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["user_account.id"],
            name=op.f("fk_note_revision_written_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_revision")),
        sa.UniqueConstraint("note_id", "number", name=op.f("uq_note_revision_note_id_number")),
    )
    op.create_table(
        "referral",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column(
            "direction",
            sa.Enum("incoming", "outgoing", name="direction", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "sent",
                "received",
                "asked",
                "accepted",
                "answered",
                "closed",
                "declined",
                "withdrawn",
                "dismissed",
                name="referralstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "party",
            sa.Enum(
                "gp",
                "pharmacist",
                "nurse",
                "hospital",
                "self",
                "family",
                "other_professional",
                "dietitian",
                "speech_therapist",
                "dentist",
                "physician",
                "physiotherapist",
                "social_work",
                name="party",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("party_name", sa.String(length=200), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum(
                "same_day",
                "next_day",
                "two_days",
                "week",
                "routine",
                name="urgency",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("house_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("consent_stated", sa.Boolean(), nullable=False),
        sa.Column("party_organisation", sa.String(length=200), nullable=False),
        sa.Column("party_contact", sa.String(length=200), nullable=False),
        sa.Column("party_number", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("insz", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("because", sa.JSON(), nullable=False),
        sa.Column("commission_cents", sa.Integer(), nullable=False),
        sa.Column(
            "opinion_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("request_key", sa.String(length=200), nullable=True),
        sa.Column("request_hash", sa.String(length=200), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "consent_stated or (direction = 'outgoing' and state in ('proposed', 'dismissed'))",
            name=op.f("ck_referral_consent_stated"),
        ),
        sa.CheckConstraint(
            "direction <> 'outgoing' or client_id is not null",
            name=op.f("ck_referral_outgoing_client"),
        ),
        sa.CheckConstraint(
            "commission_cents = 0 or (commission_cents > 0 and opinion_id is not null)",
            name=op.f("ck_referral_commission_needs_opinion"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_referral_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["house_id"], ["organisation.id"], name=op.f("fk_referral_house_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["legal_opinion.id"], name=op.f("fk_referral_opinion_id_legal_opinion")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_referral_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_referral_recorded_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_code")),
        sa.UniqueConstraint(
            "organisation_id", "request_key", name=op.f("uq_referral_organisation_id_request_key")
        ),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index("ix_referral_client", ["client_id"], unique=False)
        batch_op.create_index(
            "ix_referral_house_state_due", ["house_id", "state", "due_on"], unique=False
        )

    op.create_table(
        "referral_letter",
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("signed_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_letter_referral_id_referral")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"],
            ["user_account.id"],
            name=op.f("fk_referral_letter_signed_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_letter")),
        sa.UniqueConstraint(
            "referral_id", "number", name=op.f("uq_referral_letter_referral_id_number")
        ),
    )
    op.create_table(
        "referral_move",
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "dietitian",
                "carer",
                "client",
                "dispatcher",
                "kitchen",
                "hospital",
                "admin",
                "system",
                "nobody",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "proposed",
                "sent",
                "received",
                "asked",
                "accepted",
                "answered",
                "closed",
                "declined",
                "withdrawn",
                "dismissed",
                name="referralstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "move",
            sa.Enum(
                "ask",
                "tell",
                "accept",
                "decline",
                "answer",
                "close",
                "withdraw",
                "send",
                "dismiss",
                name="move",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "why",
            sa.Enum(
                "no_capacity",
                "outside_region",
                "not_for_us",
                "duplicate",
                "unreachable",
                "person_refuses",
                "cared_for_elsewhere",
                "no_longer_needed",
                "sent_by_mistake",
                "died",
                "other",
                name="movereason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_referral_move_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referral.id"], name=op.f("fk_referral_move_referral_id_referral")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_referral_move_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_move")),
    )
    with op.batch_alter_table("referral_move", schema=None) as batch_op:
        batch_op.create_index("ix_referral_move_referral", ["referral_id"], unique=False)


def downgrade():
    with op.batch_alter_table("referral_move", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_move_referral")

    op.drop_table("referral_move")
    op.drop_table("referral_letter")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index("ix_referral_house_state_due")
        batch_op.drop_index("ix_referral_client")

    op.drop_table("referral")
    op.drop_table("note_revision")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_note_one_draft",
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.drop_table("note")
    op.drop_table("legal_opinion")
