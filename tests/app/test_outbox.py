"""Messages leave as they were meant, and one that cannot be said keeps no other waiting."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.i18n import LANGUAGES
from app.models.system import MessageState
from app.operations import reordermail
from app.outbox import queue, send_waiting, written
from logistics import OnNoAnswer
from tests.conftest import NOW
from tests.factories import make_client, make_user

DAY = date(2026, 12, 4)
SAID = {"nl": "vrijdag 4 december", "fr": "vendredi 4 décembre", "en": "Friday 4 December"}


class Pigeon:
    """Keeps what it was given."""

    def __init__(self) -> None:
        self.carried: list[str] = []

    def send(self, address: str, subject: str, text: str) -> None:
        """Take a message."""
        self.carried.append(address)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reorder_message_names_its_day_in_the_readers_words(
    session: Session, language: str
) -> None:
    client = make_client(session)
    user = make_user(session, client_id=client.id, language=language)
    reordermail.announce(session, client, DAY, OnNoAnswer.SEND, NOW)
    session.flush()
    pigeon = Pigeon()
    assert send_waiting(session, NOW, pigeon, public_url="https://npcc.example") == 1
    assert pigeon.carried == [user.login]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_of_a_message_is_spoken(session: Session, language: str) -> None:
    message = queue(
        session,
        NOW,
        address="a@example.org",
        language=language,
        template="mail.reorder.send",
        link="/week",
        day=DAY.isoformat(),
    )
    assert SAID[language] in written(message, "https://npcc.example")[1]


@pytest.mark.parametrize(
    ("template", "content"),
    [
        ("mail.of.nothing", {}),
        ("mail.reorder.send", {"day": "next Friday", "link": "/week"}),
        ("mail.reorder.send", {"day": DAY.isoformat()}),
    ],
)
def test_a_message_without_words_fails_and_the_next_one_leaves(
    session: Session, template: str, content: dict[str, str]
) -> None:
    kinds = {"language": "nl", "template": template}
    broken = queue(session, NOW, address="first@example.org", **kinds, **content)
    whole = {"language": "nl", "template": "mail.reorder.send", "link": "/week"}
    queue(session, NOW, address="second@example.org", **whole, day=DAY.isoformat())
    session.flush()
    pigeon = Pigeon()
    assert send_waiting(session, NOW, pigeon, public_url="https://npcc.example") == 1
    assert pigeon.carried == ["second@example.org"]
    assert broken.state is MessageState.FAILED
