"""Copies of a planned day with something else, to look at."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "what_if",
        sa.Column("base_id", _id(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("created_by", _id(), nullable=True),
        sa.Column("job_id", _id(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("planned_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["day_plan.id"], name=op.f("fk_what_if_base_id_day_plan")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_what_if_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_what_if_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_what_if")),
        sa.UniqueConstraint("service_day", "name", name=op.f("uq_what_if_service_day_name")),
    )
    with op.batch_alter_table("what_if", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_what_if_base_id"), ["base_id"], unique=False)
        batch_op.create_index(op.f("ix_what_if_job_id"), ["job_id"], unique=False)


def downgrade():
    op.drop_table("what_if")
