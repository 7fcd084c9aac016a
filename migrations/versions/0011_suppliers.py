"""Terms of suppliers, and prices that fall with the size of an order."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "supplier",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("minimum_cents", sa.Integer(), nullable=False),
        sa.Column("delivery_cents", sa.Integer(), nullable=False),
        sa.Column("order_weekdays", sa.JSON(), nullable=False),
        sa.Column("closed_days", sa.JSON(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "minimum_cents >= 0 AND delivery_cents >= 0", name=op.f("ck_supplier_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("code", name=op.f("uq_supplier_code")),
    )
    op.create_table(
        "price_break",
        sa.Column("ingredient", sa.String(length=200), nullable=False),
        sa.Column("from_packs", sa.Integer(), nullable=False),
        sa.Column("pack_cents", sa.Integer(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "from_packs > 1 AND pack_cents >= 0", name=op.f("ck_price_break_a_step_down")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_break")),
        sa.UniqueConstraint(
            "ingredient", "from_packs", name=op.f("uq_price_break_ingredient_from_packs")
        ),
    )


def downgrade():
    op.drop_table("price_break")
    op.drop_table("supplier")
