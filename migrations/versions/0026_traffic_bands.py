"""Traffic by weekday and hour of a depot's roads."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "traffic_band",
        sa.Column("depot_id", _id(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_min", sa.Integer(), nullable=False),
        sa.Column("permille", sa.Integer(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_traffic_band_weekday")),
        sa.CheckConstraint("from_min between 0 and 1439", name=op.f("ck_traffic_band_of_the_day")),
        sa.CheckConstraint("permille between 50 and 2000", name=op.f("ck_traffic_band_speed")),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_traffic_band_depot_id_depot")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traffic_band")),
        sa.UniqueConstraint(
            "depot_id",
            "weekday",
            "from_min",
            name=op.f("uq_traffic_band_depot_id_weekday_from_min"),
        ),
    )


def downgrade():
    op.drop_table("traffic_band")
