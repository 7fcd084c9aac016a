"""Texture tests of lots; a released lot of IDDSI level 3 to 6 without one goes on hold."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _choice(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=40)


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "texture_test",
        sa.Column("lot_id", _id(), nullable=False),
        sa.Column(
            "level",
            _choice("iddsi", "0", "1", "2", "3", "4", "5", "6", "EC7", "7"),
            nullable=False,
        ),
        sa.Column("holding", _choice("holding", "0", "15", "30"), nullable=True),
        sa.Column("celsius", app.db.Exact(length=40), nullable=True),
        sa.Column("flow_ml", app.db.Exact(length=40), nullable=True),
        sa.Column("fork_drip", _choice("forkdrip", "runs", "drips", "mound"), nullable=True),
        sa.Column("spoon_tilt", _choice("spoontilt", "runs", "slides", "sticks"), nullable=True),
        sa.Column(
            "fork_pressure", _choice("pressure", "squashed", "springs_back", "hard"), nullable=True
        ),
        sa.Column("width_mm", app.db.Exact(length=40), nullable=True),
        sa.Column("length_mm", app.db.Exact(length=40), nullable=True),
        sa.Column("tested_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("tester_id", _id(), nullable=True),
        sa.Column("id", _id(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_texture_test_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["tester_id"], ["user_account.id"], name=op.f("fk_texture_test_tester_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texture_test")),
    )
    with op.batch_alter_table("texture_test", schema=None) as batch_op:
        batch_op.create_index(op.f("ix_texture_test_lot_id"), ["lot_id"], unique=False)
    for level in ("3", "4", "5", "6"):
        op.execute(
            "UPDATE lot SET state = 'hold' "  # noqa: S608  # the level is a constant above
            f"WHERE state = 'released' AND sku LIKE '%/{level}/%'"
        )


def downgrade():
    op.drop_table("texture_test")
