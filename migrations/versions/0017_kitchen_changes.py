"""Kitchen days planned again under way, proposed and decided."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def upgrade():
    op.create_table(
        "kitchen_change",
        sa.Column("day_plan_id", _id(), nullable=False),
        sa.Column("kind", _choice("changekind", "breakdown", "pin"), nullable=False),
        sa.Column(
            "state",
            _choice("changestate", "proposed", "approved", "dropped"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("made_by", _id(), nullable=True),
        sa.Column("decided_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("decided_by", _id(), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["day_plan_id"], ["day_plan.id"], name=op.f("fk_kitchen_change_day_plan_id_day_plan")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_kitchen_change_made_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["user_account.id"],
            name=op.f("fk_kitchen_change_decided_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kitchen_change")),
    )
    with op.batch_alter_table("kitchen_change", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_kitchen_change_day_plan_id"), ["day_plan_id"], unique=False)


def downgrade():
    op.drop_table("kitchen_change")
