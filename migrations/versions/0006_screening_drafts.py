"""Drafts of screening forms, kept for a day."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "screening_draft",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("saved_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_screening_draft_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_screening_draft_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_draft")),
        sa.UniqueConstraint(
            "client_id",
            "instrument",
            "user_id",
            name=op.f("uq_screening_draft_client_id_instrument_user_id"),
        ),
    )
    with op.batch_alter_table("screening_draft", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_screening_draft_user_id"), ["user_id"], unique=False)
        batch_op.create_index(op.f("ix_screening_draft_saved_at"), ["saved_at"], unique=False)


def downgrade():
    op.drop_table("screening_draft")
