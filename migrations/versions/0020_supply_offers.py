"""On which days a supplier brings, and what each asks for an ingredient."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    with op.batch_alter_table("supplier", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("delivery_weekdays", sa.JSON(), nullable=False, server_default="[]")
        )
    op.create_table(
        "supply_offer",
        sa.Column("supplier_id", _id(), nullable=False),
        sa.Column("ingredient", sa.String(length=200), nullable=False),
        sa.Column("pack_g", sa.Integer(), nullable=False),
        sa.Column("pack_cents", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("min_packs", sa.Integer(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "pack_g > 0 AND pack_cents >= 0 AND lead_days >= 0 AND min_packs > 0",
            name=op.f("ck_supply_offer_can_be_bought"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supply_offer_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_offer")),
        sa.UniqueConstraint(
            "supplier_id", "ingredient", name=op.f("uq_supply_offer_supplier_id_ingredient")
        ),
    )


def downgrade():
    op.drop_table("supply_offer")
    with op.batch_alter_table("supplier", schema=None) as batch_op:
        batch_op.drop_column("delivery_weekdays")
