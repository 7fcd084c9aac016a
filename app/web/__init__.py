"""Pages for people: one schema in, one verb, one page out."""

from app.web import account, dietitian, prescribing, record, screening, weekplan

BLUEPRINTS = (
    account.blueprint,
    dietitian.blueprint,
    record.blueprint,
    screening.blueprint,
    prescribing.blueprint,
    weekplan.blueprint,
)
