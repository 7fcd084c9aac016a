"""The time by which an address prefers its delivery, within its windows."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("site", sa.Column("preferred_by_min", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("site", "preferred_by_min")
