"""Tours that a person keeps when a day is planned anew."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "tour_pin",
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("vehicle_id", _id(), nullable=False),
        sa.Column("stops", sa.JSON(), nullable=False),
        sa.Column("made_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("made_by", _id(), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_tour_pin_vehicle_id_vehicle")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_tour_pin_made_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tour_pin")),
        sa.UniqueConstraint(
            "service_day", "vehicle_id", name=op.f("uq_tour_pin_service_day_vehicle_id")
        ),
    )


def downgrade():
    op.drop_table("tour_pin")
