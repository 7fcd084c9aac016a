"""Screenings that a system sends once under its key."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request_key", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("request_hash", sa.String(length=200), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_screening_client_id_request_key"), ["client_id", "request_key"]
        )


def downgrade():
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_screening_client_id_request_key"), type_="unique")
        batch_op.drop_column("request_hash")
        batch_op.drop_column("request_key")
