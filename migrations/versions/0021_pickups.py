"""What is to be fetched at an address."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    thing = sa.Enum(
        "empty_boxes", "freezer", "other", name="pickupthing", native_enum=False, length=40
    )
    op.create_table(
        "pickup",
        sa.Column("site_id", _id(), nullable=False),
        sa.Column("thing", thing, nullable=False),
        sa.Column("boxes", sa.Integer(), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("asked_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("asked_by", _id(), nullable=True),
        sa.Column("closed_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("fetched", sa.Boolean(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint("boxes > 0", name=op.f("ck_pickup_takes_room")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_pickup_site_id_site")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_pickup_asked_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup")),
    )
    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_pickup_site_id"), ["site_id"], unique=False)


def downgrade():
    op.drop_table("pickup")
