"""When a machine of the kitchen does not work."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "machine_downtime",
        sa.Column("machine_id", _id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("start_min", sa.Integer(), nullable=False),
        sa.Column("end_min", sa.Integer(), nullable=False),
        sa.Column("reported_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("reported_by", _id(), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "start_min < end_min", name=op.f("ck_machine_downtime_fails_before_it_works")
        ),
        sa.ForeignKeyConstraint(
            ["machine_id"], ["machine.id"], name=op.f("fk_machine_downtime_machine_id_machine")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"],
            ["user_account.id"],
            name=op.f("fk_machine_downtime_reported_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_downtime")),
        sa.UniqueConstraint(
            "machine_id",
            "day",
            "start_min",
            name=op.f("uq_machine_downtime_machine_id_day_start_min"),
        ),
    )
    with op.batch_alter_table("machine_downtime", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_machine_downtime_day"), ["day"], unique=False)


def downgrade():
    op.drop_table("machine_downtime")
