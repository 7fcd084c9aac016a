"""Who can log in to the demo: one user per role with a password that everybody may know."""

from dataclasses import dataclass

from app.access import Role
from app.operations.exchange import UserRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogin:
    """One way in, as `make run` prints it: `login ROLE USER PASSWORD`."""

    role: str
    user: str
    password: str


NPCC = "npcc"
DIETITIAN = "dietitian@npcc.example"
HOSPITAL_DIETITIAN = "dietist@klaproos.example"
KITCHEN = "kitchen@npcc.example"
REFERRER, PRACTICE = "praktijk@debrug.example", "pr-debrug"
NURSE, CARER, CLIENT = "nurse@vlasbloem.example", "carer@npcc.example", "client@npcc.example"
LOGINS: tuple[DemoLogin, ...] = tuple(
    DemoLogin(role=role, user=user, password=f"roeselare-{role}-demo")
    for role, user in (
        ("dietitian", DIETITIAN),
        ("nurse", NURSE),
        ("carer", CARER),
        ("client", CLIENT),
        ("dispatcher", "dispatcher@npcc.example"),
        ("kitchen", KITCHEN),
        ("admin", "admin@npcc.example"),
        ("referrer", REFERRER),
    )
)
"""The demo's passwords: fixed and public, so a database with them is never a real one."""

HOSPITAL_KEY = DemoLogin(
    role="hospital",
    user="zh-klaproos",
    password="npcc_demo-key-of-the-klaproos-hospital",  # noqa: S106 - public on purpose
)
"""The key of the hospital's system, in the same shape as a login."""

NPCC_DIETITIANS = (DIETITIAN, "dietist2@npcc.example", "dietist3@npcc.example")


def user_rows(first_house: str, hospital: str, household: str, client: str) -> tuple[UserRow, ...]:
    """Give the users: staff of NPCC, a nurse of a residential centre, a client and her daughter."""
    staff = (
        (DIETITIAN, "Lies Vanhoutte (demo)", Role.DIETITIAN),
        (NPCC_DIETITIANS[1], "Tom Samyn (demo)", Role.DIETITIAN),
        (NPCC_DIETITIANS[2], "Nele Claeys (demo)", Role.DIETITIAN),
        ("dispatcher@npcc.example", "Bart Lambrecht (demo)", Role.DISPATCHER),
        (KITCHEN, "Inge Verhelst (demo)", Role.KITCHEN),
        ("admin@npcc.example", "Wim Declercq (demo)", Role.ADMIN),
    )
    others = (
        UserRow(
            login=HOSPITAL_DIETITIAN,
            name="Hanne Goethals (demo)",
            role=Role.DIETITIAN,
            organisation=hospital,
        ),
        UserRow(login=NURSE, name="Katrien Maes (demo)", role=Role.CARER, organisation=first_house),
        UserRow(login=REFERRER, name="An Claeys (demo)", role=Role.REFERRER, organisation=PRACTICE),
        UserRow(login=CARER, name="Sofie Devos (demo)", role=Role.CARER, organisation=household),
        UserRow(
            login=CLIENT,
            name="Cliënt (demo)",
            role=Role.CLIENT,
            organisation=household,
            client=client,
        ),
    )
    return (
        *(
            UserRow(login=login, name=name, role=role, organisation=NPCC)
            for login, name, role in staff
        ),
        *others,
    )
