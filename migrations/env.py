"""Alembic, driven from Python: the connection comes in through the configuration."""

from alembic import context

import app.models  # noqa: F401 - fills the metadata
from app.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
