"""Second trips, switched compartments, breaks and skills of vans; what an address asks of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_COUNTS = (("loading_min", "15"), ("switches", "0"), ("switch_boxes", "0"))
_BREAK = ("break_earliest_min", "break_latest_min", "break_minutes")


def upgrade():
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reloads", sa.Boolean(), server_default="0", nullable=False))
        for name, usual in _COUNTS:
            batch_op.add_column(sa.Column(name, sa.Integer(), server_default=usual, nullable=False))
        batch_op.add_column(sa.Column("skills", sa.JSON(), server_default="[]", nullable=False))
        for name in _BREAK:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lift", sa.Boolean(), server_default="0", nullable=False))
        for name in ("skills", "vans"):
            batch_op.add_column(sa.Column(name, sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    with op.batch_alter_table("site", schema=None) as batch_op:
        for name in ("vans", "skills", "lift"):
            batch_op.drop_column(name)
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        for name in (*_BREAK, "skills", *(name for name, _ in _COUNTS), "reloads"):
            batch_op.drop_column(name)
