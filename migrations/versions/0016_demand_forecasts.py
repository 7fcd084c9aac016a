"""What was expected of the coming days, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "demand_forecast",
        sa.Column(
            "kind",
            sa.Enum(
                "home", "residential", "hospital", name="sitekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("firm", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("actual", sa.Integer(), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_forecast")),
        sa.UniqueConstraint(
            "kind",
            "made_on",
            "service_day",
            name=op.f("uq_demand_forecast_kind_made_on_service_day"),
        ),
    )
    with op.batch_alter_table("demand_forecast", schema=None) as batch_op:
        batch_op.create_index("ix_demand_forecast_service_day", ["service_day"], unique=False)


def downgrade():
    op.drop_table("demand_forecast")
