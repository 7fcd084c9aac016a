"""A day on a page is the day in Flanders, also between midnight there and midnight in London."""

import ast
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import app.operations
import app.web
from app.access import Actor, Role
from app.i18n import LOCAL_ZONE
from app.models.care import PrescriptionState
from app.operations import caseload
from app.operations.caseload import Matter, Wish
from tests.factories import make_client, make_prescription, make_user


@pytest.mark.parametrize("package", [app.web, app.operations])
def test_no_day_is_taken_from_a_moment_elsewhere(package: object) -> None:
    taken = [
        (path.name, ast.unparse(node))
        for path in sorted(Path(str(package.__file__)).parent.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
        and "LOCAL_ZONE" not in ast.unparse(node.func.value)
        and not ast.unparse(node.func.value).startswith("local")
    ]
    assert taken == []


def test_a_prescription_drafted_after_midnight_is_due_from_that_day(session: Session) -> None:
    drafted = datetime(2026, 11, 24, 0, 30, tzinfo=LOCAL_ZONE)
    client, user = make_client(session), make_user(session)
    row = make_prescription(session, client, user)
    row.state, row.signed_at, row.created_at = PrescriptionState.PROPOSED, None, drafted
    session.flush()
    dietitian = Actor(role=Role.DIETITIAN, is_npcc=True)
    (found,) = caseload.worklist(session, dietitian, Wish(), drafted).rows
    due = {task.matter: task.due for task in found.tasks}
    assert due[Matter.PRESCRIPTION_PROPOSED] == date(2026, 11, 26)
