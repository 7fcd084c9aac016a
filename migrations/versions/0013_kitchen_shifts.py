"""People of the kitchen by skill and shift."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "kitchen_shift",
        sa.Column("depot_id", _id(), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column(
            "skill",
            sa.Enum("cook", "packer", name="skill", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("open_min", sa.Integer(), nullable=False),
        sa.Column("close_min", sa.Integer(), nullable=False),
        sa.Column("overtime_min", sa.Integer(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "people > 0 AND overtime_min >= 0", name=op.f("ck_kitchen_shift_has_people")
        ),
        sa.CheckConstraint(
            "open_min < close_min", name=op.f("ck_kitchen_shift_opens_before_it_closes")
        ),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_kitchen_shift_depot_id_depot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kitchen_shift")),
        sa.UniqueConstraint("code", name=op.f("uq_kitchen_shift_code")),
    )
    with op.batch_alter_table("kitchen_shift", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_kitchen_shift_depot_id"), ["depot_id"], unique=False)


def downgrade():
    op.drop_table("kitchen_shift")
