"""Which kitchen cooks for an address, where a lot lies, and where people work."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_HELD = ("site", "lot", "ingredient_lot")
_ONLY = "(SELECT CASE WHEN count(id) = 1 THEN min(id) END FROM depot)"


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    for name in (*_HELD, "user_account", "demand_forecast", "what_if"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("depot_id", _id(), nullable=True))
            batch_op.create_foreign_key(
                op.f(f"fk_{name}_depot_id_depot"), "depot", ["depot_id"], ["id"]
            )
            if name in _HELD:
                batch_op.create_index(op.f(f"ix_{name}_depot_id"), ["depot_id"], unique=False)
    for name in (*_HELD, "demand_forecast"):
        op.execute(f"UPDATE {name} SET depot_id = {_ONLY}")  # noqa: S608 - our own names
    op.execute(
        "UPDATE what_if SET depot_id ="
        " (SELECT depot_id FROM day_plan WHERE day_plan.id = what_if.base_id)"
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("depots", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("demand_forecast", schema=None) as batch_op:
        batch_op.drop_constraint(
            op.f("uq_demand_forecast_kind_made_on_service_day"), type_="unique"
        )
        batch_op.create_unique_constraint(
            op.f("uq_demand_forecast_depot_id_kind_made_on_service_day"),
            ["depot_id", "kind", "made_on", "service_day"],
        )
    with op.batch_alter_table("what_if", schema=None) as batch_op:
        batch_op.alter_column("depot_id", existing_type=_id(), nullable=False)
        batch_op.drop_constraint(op.f("uq_what_if_service_day_name"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_what_if_depot_id_service_day_name"), ["depot_id", "service_day", "name"]
        )


def downgrade():
    with op.batch_alter_table("what_if", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_what_if_depot_id_service_day_name"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_what_if_service_day_name"), ["service_day", "name"]
        )
    with op.batch_alter_table("demand_forecast", schema=None) as batch_op:
        batch_op.drop_constraint(
            op.f("uq_demand_forecast_depot_id_kind_made_on_service_day"), type_="unique"
        )
        batch_op.create_unique_constraint(
            op.f("uq_demand_forecast_kind_made_on_service_day"),
            ["kind", "made_on", "service_day"],
        )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_column("depots")
    for name in ("what_if", "demand_forecast", "user_account", *_HELD):
        with op.batch_alter_table(name, schema=None) as batch_op:
            if name in _HELD:
                batch_op.drop_index(op.f(f"ix_{name}_depot_id"))
            batch_op.drop_constraint(op.f(f"fk_{name}_depot_id_depot"), type_="foreignkey")
            batch_op.drop_column("depot_id")
