"""Which programmes a machine of the kitchen runs."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("machine") as batch_op:
        batch_op.add_column(sa.Column("programmes", sa.JSON(), server_default="[]", nullable=False))


def downgrade():
    with op.batch_alter_table("machine") as batch_op:
        batch_op.drop_column("programmes")
