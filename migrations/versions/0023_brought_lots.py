"""Which lots were brought to a home, with their use-by dates."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "brought_lot",
        sa.Column("client_id", _id(), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("lot", sa.String(length=200), nullable=False),
        sa.Column("use_by", sa.Date(), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("brought_on", sa.Date(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint("portions > 0", name=op.f("ck_brought_lot_some")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_brought_lot_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brought_lot")),
    )
    op.create_index("ix_brought_lot_client_id", "brought_lot", ["client_id"])


def downgrade():
    op.drop_index("ix_brought_lot_client_id", table_name="brought_lot")
    op.drop_table("brought_lot")
