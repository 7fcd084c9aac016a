"""Places and allergen-free hours of machines, litres and wait of a kitchen; all unknown at first."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_DEPOT = ("frozen_litres", "chilled_litres", "chill_wait_min")
_MACHINE = ("places", "free_open_min", "free_close_min")


def upgrade():
    with op.batch_alter_table("depot", schema=None) as batch_op:
        for name in _DEPOT:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
    with op.batch_alter_table("machine", schema=None) as batch_op:
        for name in _MACHINE:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("dedicated", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("free_of", sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    with op.batch_alter_table("machine", schema=None) as batch_op:
        for name in ("free_of", "dedicated", *_MACHINE):
            batch_op.drop_column(name)
    with op.batch_alter_table("depot", schema=None) as batch_op:
        for name in _DEPOT:
            batch_op.drop_column(name)
