"""Pages for people: one schema in, one verb, one page out."""

from app.web import (
    account,
    dietitian,
    dispatch,
    kitchen,
    papers,
    prescribing,
    progress,
    record,
    routes,
    screening,
    stock,
    wards,
    weekplan,
)

BLUEPRINTS = (
    account.blueprint,
    dietitian.blueprint,
    record.blueprint,
    screening.blueprint,
    prescribing.blueprint,
    weekplan.blueprint,
    wards.blueprint,
    dispatch.blueprint,
    progress.blueprint,
    routes.blueprint,
    papers.blueprint,
    kitchen.blueprint,
    stock.blueprint,
)
