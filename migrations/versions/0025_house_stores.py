"""The store of a house: its rule, what was counted there, and proposals to fill it."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _rules() -> None:
    op.create_table(
        "house_store",
        sa.Column("site_id", _id(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("meals", sa.JSON(), nullable=False),
        sa.Column("pack_portions", sa.Integer(), nullable=False),
        sa.Column("least_packs", sa.Integer(), nullable=False),
        sa.Column("reserve_portions", sa.Integer(), nullable=False),
        sa.Column("freezer_litres", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint("pack_portions > 0", name=op.f("ck_house_store_pack_positive")),
        sa.CheckConstraint("least_packs >= 0", name=op.f("ck_house_store_least_not_negative")),
        sa.CheckConstraint(
            "reserve_portions >= 0", name=op.f("ck_house_store_reserve_not_negative")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_house_store_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_store")),
        sa.UniqueConstraint("site_id", name=op.f("uq_house_store_site_id")),
    )


def _counts() -> None:
    op.create_table(
        "store_count",
        sa.Column("site_id", _id(), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("use_by", sa.Date(), nullable=True),
        sa.Column("portions", sa.Integer(), nullable=True),
        sa.Column("counted_at", app.db.UtcTime(timezone=True), nullable=False),
        sa.Column("id", _id(), nullable=False),
        sa.CheckConstraint(
            "portions is null or portions >= 0", name=op.f("ck_store_count_not_negative")
        ),
        sa.CheckConstraint(
            "(use_by is null) = (portions is null or portions = 0)",
            name=op.f("ck_store_count_dated_where_there_is_some"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_store_count_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_count")),
        sa.UniqueConstraint(
            "site_id", "variant", "use_by", name=op.f("uq_store_count_site_id_variant_use_by")
        ),
    )
    op.create_index("ix_store_count_site_id", "store_count", ["site_id"])


def upgrade():
    _rules()
    _counts()
    with op.batch_alter_table("reorder_proposal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("site_id", _id(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.alter_column("client_id", existing_type=_id(), nullable=True)
        batch_op.create_foreign_key(
            op.f("fk_reorder_proposal_site_id_site"), "site", ["site_id"], ["id"]
        )
        batch_op.create_unique_constraint(
            op.f("uq_reorder_proposal_site_id_service_day"), ["site_id", "service_day"]
        )
        batch_op.create_check_constraint(
            op.f("ck_reorder_proposal_one_store"), "(client_id is null) <> (site_id is null)"
        )


def downgrade():
    op.execute("delete from reorder_proposal where client_id is null")
    with op.batch_alter_table("reorder_proposal", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_reorder_proposal_one_store"), type_="check")
        batch_op.drop_constraint(op.f("uq_reorder_proposal_site_id_service_day"), type_="unique")
        batch_op.drop_constraint(op.f("fk_reorder_proposal_site_id_site"), type_="foreignkey")
        batch_op.alter_column("client_id", existing_type=_id(), nullable=False)
        batch_op.drop_column("version")
        batch_op.drop_column("site_id")
    op.drop_index("ix_store_count_site_id", table_name="store_count")
    op.drop_table("store_count")
    op.drop_table("house_store")
