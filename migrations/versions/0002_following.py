"""What is followed between visits: warnings, mutes, intake, missed meals, counts, delegations."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "home_count",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_home_count_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_count")),
    )
    with op.batch_alter_table("home_count", schema=None) as batch_op:
        batch_op.create_index("ix_home_count_client_at", ["client_id", "counted_at"], unique=False)

    op.create_table(
        "delegation",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("given_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("ended_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_delegation_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["user_account.id"], name=op.f("fk_delegation_from_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["user_account.id"], name=op.f("fk_delegation_to_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delegation_one_running",
            ["client_id"],
            unique=True,
            sqlite_where=sa.text("ended_at is null"),
            postgresql_where=sa.text("ended_at is null"),
        )
        batch_op.create_index("ix_delegation_to", ["to_id"], unique=False)

    op.create_table(
        "early_warning",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "code",
            sa.Enum(
                "warning.weight_loss",
                "warning.fluid_check",
                "warning.weighing_overdue",
                "warning.intake_low",
                "warning.intake_unknown",
                "warning.delivery_missed",
                "warning.dish_refused",
                "warning.not_eaten",
                "warning.screening_overdue",
                "warning.never_screened",
                "warning.other_overdue",
                "warning.screening_triggered",
                "warning.refeeding",
                "warning.choking",
                "warning.aspiration",
                "warning.allergen",
                "warning.no_fluid",
                "warning.case_meeting",
                name="warningcode",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum("amber", "red", "urgent", name="warninglevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("opened_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "rung",
            sa.Enum("carer", "dietitian", "team", name="rung", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("due_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("fact_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("acknowledged_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column(
            "acknowledged_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("closed_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "treated",
                "prescription_changed",
                "referred",
                "explained",
                "wrong_data",
                "gone",
                "muted",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(closed_at is null) = (outcome is null)",
            name=op.f("ck_early_warning_closed_with_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by"],
            ["user_account.id"],
            name=op.f("fk_early_warning_acknowledged_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_early_warning_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["user_account.id"], name=op.f("fk_early_warning_closed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_early_warning_owner_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warning")),
    )
    with op.batch_alter_table("early_warning", schema=None) as batch_op:
        batch_op.create_index(
            "ix_early_warning_client_opened", ["client_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "ix_early_warning_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("closed_at is null"),
            postgresql_where=sa.text("closed_at is null"),
        )
        batch_op.create_index(
            "ix_early_warning_one_open",
            ["client_id", "code"],
            unique=True,
            sqlite_where=sa.text("closed_at is null"),
            postgresql_where=sa.text("closed_at is null"),
        )

    op.create_table(
        "intake_record",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=200), nullable=False),
        sa.Column("quarters", sa.Integer(), nullable=False),
        sa.Column("planned_kcal", sa.Integer(), nullable=True),
        sa.Column("day_kcal", sa.Integer(), nullable=True),
        sa.Column("recorded_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("replaced_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("quarters between 0 and 4", name=op.f("ck_intake_record_quarters")),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_intake_record_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_intake_record_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_record")),
    )
    with op.batch_alter_table("intake_record", schema=None) as batch_op:
        batch_op.create_index("ix_intake_record_client_day", ["client_id", "day"], unique=False)
        batch_op.create_index(
            "ix_intake_record_one_valid",
            ["client_id", "day", "slot"],
            unique=True,
            sqlite_where=sa.text("replaced_at is null"),
            postgresql_where=sa.text("replaced_at is null"),
        )

    op.create_table(
        "life_event",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "event",
            sa.Enum(
                "event.discharge",
                "event.pressure_ulcer",
                "event.fall",
                "event.infection",
                "event.appetite_drug",
                "event.bereavement",
                "event.move",
                "event.choking",
                "event.aspiration",
                "event.allergen",
                "event.no_fluid",
                name="careevent",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_life_event_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_life_event_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_event")),
    )
    with op.batch_alter_table("life_event", schema=None) as batch_op:
        batch_op.create_index("ix_life_event_client_day", ["client_id", "day"], unique=False)

    op.create_table(
        "missed_meal",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "missed", "refused", "cold_chain", name="missedkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("dish", sa.String(length=200), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=True),
        sa.Column("recorded_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_missed_meal_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_missed_meal_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_meal")),
    )
    with op.batch_alter_table("missed_meal", schema=None) as batch_op:
        batch_op.create_index("ix_missed_meal_client_day", ["client_id", "day"], unique=False)

    op.create_table(
        "warning_mute",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "code",
            sa.Enum(
                "warning.weight_loss",
                "warning.fluid_check",
                "warning.weighing_overdue",
                "warning.intake_low",
                "warning.intake_unknown",
                "warning.delivery_missed",
                "warning.dish_refused",
                "warning.not_eaten",
                "warning.screening_overdue",
                "warning.never_screened",
                "warning.other_overdue",
                "warning.screening_triggered",
                "warning.refeeding",
                "warning.choking",
                "warning.aspiration",
                "warning.allergen",
                "warning.no_fluid",
                "warning.case_meeting",
                name="warningcode",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum("amber", "red", "urgent", name="warninglevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("muted_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("muted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_warning_mute_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["muted_by"], ["user_account.id"], name=op.f("fk_warning_mute_muted_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_mute")),
    )
    with op.batch_alter_table("warning_mute", schema=None) as batch_op:
        batch_op.create_index("ix_warning_mute_client_until", ["client_id", "until"], unique=False)


def downgrade():
    op.drop_table("warning_mute")
    op.drop_table("missed_meal")
    op.drop_table("life_event")
    op.drop_table("intake_record")
    op.drop_table("early_warning")
    op.drop_table("delegation")
    op.drop_table("home_count")
