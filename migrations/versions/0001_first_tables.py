"""First tables: people, care, meals, orders, stock, planning, system."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "catalogue_row",
        sa.Column("table_name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_row")),
        sa.UniqueConstraint(
            "table_name", "position", name=op.f("uq_catalogue_row_table_name_position")
        ),
    )
    op.create_table(
        "depot",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("lat_e5", sa.Integer(), nullable=False),
        sa.Column("lon_e5", sa.Integer(), nullable=False),
        sa.Column("frozen_cold_min", sa.Integer(), nullable=False),
        sa.Column("chilled_cold_min", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_depot")),
        sa.UniqueConstraint("code", name=op.f("uq_depot_code")),
    )
    op.create_table(
        "ingredient_lot",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("ingredient", sa.String(length=200), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("amount_g", sa.Integer(), nullable=False),
        sa.Column("use_by", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("released", "hold", "recalled", name="lotstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_g >= 0", name=op.f("ck_ingredient_lot_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ingredient_lot")),
        sa.UniqueConstraint("code", name=op.f("uq_ingredient_lot_code")),
    )
    with op.batch_alter_table("ingredient_lot", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ingredient_lot_ingredient"), ["ingredient"], unique=False
        )

    op.create_table(
        "login_attempt",
        sa.Column("subject_hash", sa.String(length=200), nullable=False),
        sa.Column("at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.create_index("ix_login_attempt_subject_at", ["subject_hash", "at"], unique=False)

    op.create_table(
        "lot",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("amount_g", sa.Integer(), nullable=False),
        sa.Column("use_by", sa.Date(), nullable=False),
        sa.Column(
            "zone",
            sa.Enum("frozen", "chilled", "ambient", name="zone", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("released", "hold", "recalled", name="lotstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("amount_g >= 0", name=op.f("ck_lot_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("code", name=op.f("uq_lot_code")),
    )
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.create_index("ix_lot_sku_use_by", ["sku", "use_by"], unique=False)

    op.create_table(
        "organisation",
        sa.Column(
            "kind",
            sa.Enum(
                "household",
                "residential",
                "hospital",
                "npcc",
                name="organisationkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("template", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "sent", "failed", name="messagestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_state"), ["state"], unique=False)

    op.create_table(
        "api_key",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("prefix", sa.String(length=200), nullable=False),
        sa.Column("key_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("revoked_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_api_key_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_api_key_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "machine",
        sa.Column("depot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "prep",
                "kettle",
                "oven",
                "blend",
                "blast_freeze",
                "chill",
                "pack",
                name="stepkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("capacity_g", sa.Integer(), nullable=False),
        sa.Column("open_min", sa.Integer(), nullable=False),
        sa.Column("close_min", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=op.f("fk_machine_depot_id_depot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine")),
        sa.UniqueConstraint("code", name=op.f("uq_machine_code")),
    )
    op.create_table(
        "site",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "home", "residential", "hospital", name="sitekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("lat_e5", sa.Integer(), nullable=False),
        sa.Column("lon_e5", sa.Integer(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("access_note", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("delivery_weekdays", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_site_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_site_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "vehicle",
        sa.Column("depot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("letter", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("frozen_boxes", sa.Integer(), nullable=False),
        sa.Column("chilled_boxes", sa.Integer(), nullable=False),
        sa.Column("ambient_boxes", sa.Integer(), nullable=False),
        sa.Column("open_min", sa.Integer(), nullable=False),
        sa.Column("close_min", sa.Integer(), nullable=False),
        sa.Column("max_minutes", sa.Integer(), nullable=False),
        sa.Column("fixed_cents", sa.Integer(), nullable=False),
        sa.Column("cents_per_km", sa.Integer(), nullable=False),
        sa.Column("cents_per_hour", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["depot_id"], ["depot.id"], name=op.f("fk_vehicle_depot_id_depot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
        sa.UniqueConstraint("code", name=op.f("uq_vehicle_code")),
    )
    op.create_table(
        "group_menu",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("meal", sa.String(length=200), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_group_menu_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_menu")),
        sa.UniqueConstraint(
            "site_id", "service_day", "meal", name=op.f("uq_group_menu_site_id_service_day_meal")
        ),
    )
    op.create_table(
        "ward",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ward_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ward")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_ward_site_id_code")),
    )
    op.create_table(
        "client",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column(
            "dietitian_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("freezer_litres", sa.Integer(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("ward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dietitian_id"],
            ["user_account.id"],
            name=op.f("fk_client_dietitian_id_user_account"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_client_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_client_site_id_site")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_client_ward_id_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("code", name=op.f("uq_client_code")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_dietitian_id"), ["dietitian_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_client_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_client_site_id"), ["site_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_client_ward_id"), ["ward_id"], unique=False)

    op.create_table(
        "home_stock",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=True),
        sa.Column("counted_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "portions is null or portions >= 0", name=op.f("ck_home_stock_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_home_stock_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_stock")),
        sa.UniqueConstraint("client_id", "variant", name=op.f("uq_home_stock_client_id_variant")),
    )
    op.create_table(
        "standing_order",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("period_days", sa.Integer(), nullable=False),
        sa.Column(
            "on_no_answer",
            sa.Enum(
                "send", "do_not_send", "ask_carer", name="onnoanswer", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("skipped_days", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_standing_order_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order")),
        sa.UniqueConstraint("client_id", name=op.f("uq_standing_order_client_id")),
    )
    op.create_table(
        "user_account",
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "dietitian",
                "carer",
                "client",
                "dispatcher",
                "kitchen",
                "hospital",
                "admin",
                "system",
                "nobody",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=200), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_user_account_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_user_account_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("login", name=op.f("uq_user_account_login")),
    )
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_user_account_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "access_log",
        sa.Column("at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "dietitian",
                "carer",
                "client",
                "dispatcher",
                "kitchen",
                "hospital",
                "admin",
                "system",
                "nobody",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("act", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_access_log_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_access_log_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_access_log_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index("ix_access_log_client_at", ["client_id", "at"], unique=False)

    op.create_table(
        "carer_link",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "level",
            sa.Enum("view", "order", name="carerlevel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_carer_link_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_carer_link_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carer_link")),
        sa.UniqueConstraint("user_id", "client_id", name=op.f("uq_carer_link_user_id_client_id")),
    )
    with op.batch_alter_table("carer_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carer_link_client_id"), ["client_id"], unique=False)

    op.create_table(
        "consent",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "care",
                "carer_sharing",
                "automatic_reorder",
                "research",
                name="consentpurpose",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text_version", sa.String(length=200), nullable=False),
        sa.Column("given_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "withdrawn_at is null or withdrawn_at >= given_at",
            name=op.f("ck_consent_withdrawn_after"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_consent_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_consent_recorded_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_client_purpose", ["client_id", "purpose"], unique=False)

    op.create_table(
        "job",
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                "stopped",
                name="jobstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("heartbeat_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("finished_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_job_created_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_status_id", ["status", "id"], unique=False)

    op.create_table(
        "meal_order",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "home", "residential", "hospital", name="sitekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "placed",
                "planned",
                "unserved",
                "dispatched",
                "delivered",
                "not_delivered",
                "cancelled",
                name="orderstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "portal",
                "api",
                "reorder",
                "ward",
                "import",
                name="ordersource",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("placed_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("external_ref", sa.String(length=200), nullable=True),
        sa.Column("turn", sa.String(length=200), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("meal", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_meal_order_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["placed_by"], ["user_account.id"], name=op.f("fk_meal_order_placed_by_user_account")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_meal_order_site_id_site")),
        sa.ForeignKeyConstraint(["ward_id"], ["ward.id"], name=op.f("fk_meal_order_ward_id_ward")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_order")),
        sa.UniqueConstraint("code", name=op.f("uq_meal_order_code")),
        sa.UniqueConstraint(
            "organisation_id",
            "external_ref",
            name=op.f("uq_meal_order_organisation_id_external_ref"),
        ),
        sa.UniqueConstraint(
            "site_id", "service_day", "turn", name=op.f("uq_meal_order_site_id_service_day_turn")
        ),
    )
    with op.batch_alter_table("meal_order", schema=None) as batch_op:
        batch_op.create_index(
            "ix_meal_order_service_day_state", ["service_day", "state"], unique=False
        )

    op.create_table(
        "measurement",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("value", app.db.Exact(length=40), nullable=False),
        sa.Column("provenance", sa.String(length=200), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_measurement_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["user_account.id"],
            name=op.f("fk_measurement_recorded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_measurement_client_kind_day", ["client_id", "kind", "taken_on"], unique=False
        )

    op.create_table(
        "reset_link",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("expires_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("used_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_reset_link_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reset_link_token_hash")),
    )
    op.create_table(
        "screening",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("instrument", sa.String(length=200), nullable=False),
        sa.Column("rule_version", sa.String(length=200), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=True),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("recorded_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_screening_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_screening_recorded_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index("ix_screening_client_day", ["client_id", "screened_on"], unique=False)

    op.create_table(
        "day_plan",
        sa.Column("depot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "superseded",
                name="dayplanstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("snapshot", sa.String(length=200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=False),
        sa.Column("unserved_count", sa.Integer(), nullable=False),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column(
            "published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["depot.id"], name=op.f("fk_day_plan_depot_id_depot")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_day_plan_job_id_job")),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["user_account.id"],
            name=op.f("fk_day_plan_published_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_plan")),
        sa.UniqueConstraint(
            "depot_id",
            "service_day",
            "version",
            name=op.f("uq_day_plan_depot_id_service_day_version"),
        ),
    )
    with op.batch_alter_table("day_plan", schema=None) as batch_op:
        batch_op.create_index(
            "ix_day_plan_one_published",
            ["depot_id", "service_day"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )
        batch_op.create_index(batch_op.f("ix_day_plan_service_day"), ["service_day"], unique=False)

    op.create_table(
        "idempotency_key",
        sa.Column(
            "organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("body_hash", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["meal_order.id"], name=op.f("fk_idempotency_key_order_id_meal_order")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_idempotency_key_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_idempotency_key_organisation_id_key")
        ),
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_run_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("name", "due_at", name=op.f("uq_job_run_name_due_at")),
    )
    op.create_table(
        "order_eater",
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("profile", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_order_eater_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["meal_order.id"], name=op.f("fk_order_eater_order_id_meal_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_eater")),
        sa.UniqueConstraint("order_id", "ref", name=op.f("uq_order_eater_order_id_ref")),
    )
    with op.batch_alter_table("order_eater", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_eater_order_id"), ["order_id"], unique=False)

    op.create_table(
        "prescription",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "signed",
                "superseded",
                name="prescriptionstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("weight_kg", app.db.Exact(length=40), nullable=True),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "screening_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("signed_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_prescription_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_prescription_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_prescription_screening_id_screening")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["user_account.id"], name=op.f("fk_prescription_signed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prescription")),
        sa.UniqueConstraint("client_id", "version", name=op.f("uq_prescription_client_id_version")),
    )
    with op.batch_alter_table("prescription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prescription_client_id"), ["client_id"], unique=False)
        batch_op.create_index(
            "ix_prescription_one_signed",
            ["client_id"],
            unique=True,
            sqlite_where=sa.text("state = 'signed'"),
            postgresql_where=sa.text("state = 'signed'"),
        )

    op.create_table(
        "reorder_proposal",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("service_day", sa.Date(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("proposed_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("answer_by", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "placed",
                "declined",
                "refused",
                name="proposalstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_reorder_proposal_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["meal_order.id"], name=op.f("fk_reorder_proposal_order_id_meal_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorder_proposal")),
        sa.UniqueConstraint(
            "client_id", "service_day", name=op.f("uq_reorder_proposal_client_id_service_day")
        ),
    )
    op.create_table(
        "meal_plan",
        sa.Column(
            "client_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "prescription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("start_day", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "superseded",
                name="mealplanstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("catalogue_version", sa.String(length=200), nullable=False),
        sa.Column("created_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("approved_at", app.db.UtcTime(timezone=True), nullable=True),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["user_account.id"], name=op.f("fk_meal_plan_approved_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_meal_plan_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["prescription_id"],
            ["prescription.id"],
            name=op.f("fk_meal_plan_prescription_id_prescription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_plan")),
    )
    with op.batch_alter_table("meal_plan", schema=None) as batch_op:
        batch_op.create_index("ix_meal_plan_client_start", ["client_id", "start_day"], unique=False)
        batch_op.create_index(
            "ix_meal_plan_one_approved",
            ["client_id", "start_day"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )

    op.create_table(
        "order_line",
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("eater_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("portion_g", sa.Integer(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("portion_g > 0", name=op.f("ck_order_line_portion_positive")),
        sa.CheckConstraint("portions > 0", name=op.f("ck_order_line_portions_positive")),
        sa.ForeignKeyConstraint(
            ["eater_id"], ["order_eater.id"], name=op.f("fk_order_line_eater_id_order_eater")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["meal_order.id"], name=op.f("fk_order_line_order_id_meal_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_line_order_id"), ["order_id"], unique=False)

    op.create_table(
        "lot_move",
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_g", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column(
            "order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_move_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_lot_move_order_line_id_order_line")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_lot_move_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_move")),
    )
    with op.batch_alter_table("lot_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_move_lot_id"), ["lot_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":  # SQLite took it with the table
        op.create_foreign_key(
            op.f("fk_client_dietitian_id_user_account"),
            "client",
            "user_account",
            ["dietitian_id"],
            ["id"],
        )


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("fk_client_dietitian_id_user_account"), "client")
    with op.batch_alter_table("lot_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_move_lot_id"))

    op.drop_table("lot_move")
    with op.batch_alter_table("order_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_line_order_id"))

    op.drop_table("order_line")
    with op.batch_alter_table("meal_plan", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_meal_plan_one_approved",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index("ix_meal_plan_client_start")

    op.drop_table("meal_plan")
    op.drop_table("reorder_proposal")
    with op.batch_alter_table("prescription", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_prescription_one_signed",
            sqlite_where=sa.text("state = 'signed'"),
            postgresql_where=sa.text("state = 'signed'"),
        )
        batch_op.drop_index(batch_op.f("ix_prescription_client_id"))

    op.drop_table("prescription")
    with op.batch_alter_table("order_eater", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_eater_order_id"))

    op.drop_table("order_eater")
    op.drop_table("job_run")
    op.drop_table("idempotency_key")
    with op.batch_alter_table("day_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_day_plan_service_day"))
        batch_op.drop_index(
            "ix_day_plan_one_published",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.drop_table("day_plan")
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.drop_index("ix_screening_client_day")

    op.drop_table("screening")
    op.drop_table("reset_link")
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.drop_index("ix_measurement_client_kind_day")

    op.drop_table("measurement")
    with op.batch_alter_table("meal_order", schema=None) as batch_op:
        batch_op.drop_index("ix_meal_order_service_day_state")

    op.drop_table("meal_order")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_status_id")

    op.drop_table("job")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_client_purpose")

    op.drop_table("consent")
    with op.batch_alter_table("carer_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carer_link_client_id"))

    op.drop_table("carer_link")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_index("ix_access_log_client_at")

    op.drop_table("access_log")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_account_organisation_id"))

    op.drop_table("user_account")
    op.drop_table("standing_order")
    op.drop_table("home_stock")
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_ward_id"))
        batch_op.drop_index(batch_op.f("ix_client_site_id"))
        batch_op.drop_index(batch_op.f("ix_client_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_client_dietitian_id"))

    op.drop_table("client")
    op.drop_table("ward")
    op.drop_table("group_menu")
    op.drop_table("vehicle")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_organisation_id"))

    op.drop_table("site")
    op.drop_table("machine")
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_key_organisation_id"))

    op.drop_table("api_key")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_message_state"))

    op.drop_table("outbox_message")
    op.drop_table("organisation")
    with op.batch_alter_table("lot", schema=None) as batch_op:
        batch_op.drop_index("ix_lot_sku_use_by")

    op.drop_table("lot")
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_login_attempt_subject_at")

    op.drop_table("login_attempt")
    with op.batch_alter_table("ingredient_lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ingredient_lot_ingredient"))

    op.drop_table("ingredient_lot")
    op.drop_table("depot")
    op.drop_table("catalogue_row")
