"""Why a week was signed or refused, what it gives up, and which proposal it replaces."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("meal_plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("given_up", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_meal_plan_replaces_id_meal_plan"), "meal_plan", ["replaces_id"], ["id"]
        )


def downgrade():
    with op.batch_alter_table("meal_plan", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_meal_plan_replaces_id_meal_plan"), type_="foreignkey"
        )
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("given_up")
        batch_op.drop_column("reason")
