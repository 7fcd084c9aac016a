"""Pages for people: one schema in, one verb, one page out."""

from app.web import account

BLUEPRINTS = (account.blueprint,)
