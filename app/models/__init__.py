"""All tables, imported in one place so that Alembic and the mapper see one metadata."""

from app.models import care, meals, orders, people, planning, stock, system

__all__ = ["care", "meals", "orders", "people", "planning", "stock", "system"]
