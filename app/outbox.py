"""Messages queued in the same transaction as the fact they tell; a job sends them afterwards."""

import smtplib
import sys
from datetime import date, datetime
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import translator
from app.models.system import MessageState, OutboxMessage

MAX_ATTEMPTS = 8


class Sender(Protocol):
    """Takes one finished message to the outside."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Deliver, or raise OSError (smtplib's errors are such) to be tried again."""


class ConsoleSender:
    """Writes messages to the worker's console: for a machine without a mail server."""

    def send(self, address: str, subject: str, text: str) -> None:
        """Write the message to standard error."""
        sys.stderr.write(f"message for {address}: {subject}\n{text}\n")


class SmtpSender:
    """Sends through smtp://user:password@host:port, or smtps:// for TLS from the start."""

    def __init__(self, url: str, from_address: str = "npcc@localhost") -> None:
        self._url = urlsplit(url)
        self._from = from_address

    def send(self, address: str, subject: str, text: str) -> None:
        """Send one message; raises OSError when the server cannot be reached or refuses."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._from, address, subject
        message.set_content(text)
        kind = smtplib.SMTP_SSL if self._url.scheme == "smtps" else smtplib.SMTP
        with kind(self._url.hostname or "127.0.0.1", self._url.port or 0, timeout=20) as server:
            if self._url.username:
                server.starttls() if self._url.scheme == "smtp" else None
                server.login(unquote(self._url.username), unquote(self._url.password or ""))
            server.send_message(message)


def queue(
    session: Session, now: datetime, *, address: str, language: str, template: str, **content: str
) -> OutboxMessage:
    """Write a message down; `template` names the catalogue codes `<template>.subject`, `.text`.

    Content may hold links and dates, never health data: mail is read by others.
    """
    message = OutboxMessage(
        created_at=now,
        address=address,
        language=language,
        template=template,
        content=dict(content),
    )
    session.add(message)
    return message


def written(message: OutboxMessage, public_url: str) -> tuple[str, str]:
    """Give subject and text in the reader's language; a link of the house gets its address."""
    speak = translator(message.language)
    content: dict[str, object] = dict(message.content)
    if str(content.get("link", "")).startswith("/"):
        content["link"] = f"{public_url}{content['link']}"
    if "day" in content:
        content["day"] = date.fromisoformat(str(content["day"]))
    text = speak.say(f"{message.template}.text", **content)
    return speak.say(f"{message.template}.subject"), text


def send_waiting(
    session: Session, now: datetime, sender: Sender, *, public_url: str, most: int = 50
) -> int:
    """Send what waits, oldest first; a failure is tried again until MAX_ATTEMPTS.

    A message that cannot be put into words fails by itself: it must not keep the others waiting.
    """
    waiting = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.WAITING)
        .order_by(OutboxMessage.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    return sum(_send(message, now, sender, public_url) for message in waiting)


def _send(message: OutboxMessage, now: datetime, sender: Sender, public_url: str) -> bool:
    message.attempts += 1
    try:
        subject, text = written(message, public_url)
    except (KeyError, ValueError):  # no sentence, a word it needs is missing, no date
        _end(message, MessageState.FAILED)
        return False
    try:
        sender.send(message.address, subject, text)
    except OSError:
        if message.attempts >= MAX_ATTEMPTS:
            _end(message, MessageState.FAILED)
        return False
    _end(message, MessageState.SENT)
    message.sent_at = now
    return True


def _end(message: OutboxMessage, state: MessageState) -> None:
    """Close a message; what it said is forgotten, for a one-time link opens an account."""
    message.state, message.content = state, {}
