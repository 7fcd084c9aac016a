"""Ratings of dishes, dishes chosen for a day, and the appliance a client warms food with."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "dish_rating",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("component", sa.String(length=200), nullable=False),
        sa.Column(
            "liking",
            sa.Enum(
                "tasty",
                "so_so",
                "not_tasty",
                "not_eaten",
                name="liking",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rated_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("rated_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_dish_rating_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["rated_by"], ["user_account.id"], name=op.f("fk_dish_rating_rated_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dish_rating")),
        sa.UniqueConstraint(
            "client_id", "day", "component", name=op.f("uq_dish_rating_client_id_day_component")
        ),
    )
    op.create_table(
        "taste_removal",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("component", sa.String(length=200), nullable=False),
        sa.Column("removed_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "removed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_taste_removal_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by"],
            ["user_account.id"],
            name=op.f("fk_taste_removal_removed_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taste_removal")),
    )
    with op.batch_alter_table("taste_removal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_taste_removal_client_component", ["client_id", "component"], unique=False
        )

    op.create_table(
        "dish_choice",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column(
            "portion",
            sa.Enum("S", "M", "L", name="portion", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "chosen",
                "undone",
                "declined",
                "replaced",
                name="choicestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("made_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("allowed_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column(
            "allowed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("ended_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["allowed_by"], ["user_account.id"], name=op.f("fk_dish_choice_allowed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_dish_choice_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["user_account.id"], name=op.f("fk_dish_choice_ended_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_dish_choice_made_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["meal_plan.id"], name=op.f("fk_dish_choice_plan_id_meal_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dish_choice")),
    )
    with op.batch_alter_table("dish_choice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_dish_choice_one_live",
            ["client_id", "day", "slot", "role", "state"],
            unique=True,
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )
        batch_op.create_index("ix_dish_choice_plan_day", ["plan_id", "day"], unique=False)

    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appliance", sa.String(length=200), nullable=True))


def downgrade():
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_column("appliance")
    op.drop_table("dish_choice")
    op.drop_table("taste_removal")
    op.drop_table("dish_rating")
