"""Orders at suppliers, and the ordered line that an ingredient lot came of."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "purchase_order",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("signed_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("signed_by", _id(), nullable=True),
        sa.Column("proposal", sa.String(length=200), nullable=True),
        sa.Column("closed_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("depot_id", _id(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_purchase_order_depot_id_depot")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"],
            ["user_account.id"],
            name=op.f("fk_purchase_order_signed_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("code", name=op.f("uq_purchase_order_code")),
        sa.UniqueConstraint("proposal", name=op.f("uq_purchase_order_proposal")),
    )
    op.create_index("ix_purchase_order_state", "purchase_order", ["state"])
    op.create_index("ix_purchase_order_depot_id", "purchase_order", ["depot_id"])
    op.create_table(
        "purchase_line",
        sa.Column("order_id", _id(), nullable=False),
        sa.Column("ingredient", sa.String(length=200), nullable=False),
        sa.Column("packs", sa.Integer(), nullable=False),
        sa.Column("pack_g", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("received_g", sa.Integer(), nullable=False),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "packs > 0 AND pack_g > 0 AND cents >= 0",
            name=op.f("ck_purchase_line_can_be_bought"),
        ),
        sa.CheckConstraint(
            "received_g BETWEEN 0 AND packs * pack_g", name=op.f("ck_purchase_line_never_more")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["purchase_order.id"],
            name=op.f("fk_purchase_line_order_id_purchase_order"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_line")),
        sa.UniqueConstraint(
            "order_id", "ingredient", name=op.f("uq_purchase_line_order_id_ingredient")
        ),
    )
    with op.batch_alter_table("ingredient_lot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("supplier_lot", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("celsius", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("purchase_line_id", _id(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_ingredient_lot_purchase_line_id_purchase_line"),
            "purchase_line",
            ["purchase_line_id"],
            ["id"],
        )
        batch_op.create_index(
            op.f("ix_ingredient_lot_purchase_line_id"), ["purchase_line_id"], unique=False
        )


def downgrade():
    with op.batch_alter_table("ingredient_lot", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_ingredient_lot_purchase_line_id"))
        batch_op.drop_constraint(
            op.f("fk_ingredient_lot_purchase_line_id_purchase_line"), type_="foreignkey"
        )
        batch_op.drop_column("purchase_line_id")
        batch_op.drop_column("celsius")
        batch_op.drop_column("supplier_lot")
    op.drop_table("purchase_line")
    op.drop_index("ix_purchase_order_depot_id", table_name="purchase_order")
    op.drop_index("ix_purchase_order_state", table_name="purchase_order")
    op.drop_table("purchase_order")
