"""A second and a third break of a van's shift; the one that there is stays the first."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

COLUMNS = [
    f"{name}_{part}"
    for name in ("break2", "break3")
    for part in ("earliest_min", "latest_min", "minutes")
]


def upgrade():
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.add_column(sa.Column(column, sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.drop_column(column)
