"""The latest start of a van's shift."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("latest_start_min", sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table("vehicle", schema=None) as batch_op:
        batch_op.drop_column("latest_start_min")
