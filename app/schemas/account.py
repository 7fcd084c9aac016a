"""Messages about one's own account."""

from marshmallow import fields

from app.i18n import LANGUAGES
from app.schemas.base import Form, OneOf, Switch, Text, Whole


class _Secret(fields.String):
    """A password exactly as typed: blanks count."""

    default_error_messages = {  # noqa: RUF012 - marshmallow's way to name them
        "required": "form.required",
        "null": "form.required",
        "invalid": "form.text",
    }


class LoginForm(Form):
    """Login name and password."""

    login = Text(required=True)
    password = _Secret(required=True)


class LanguageForm(Form):
    """The language to go on in."""

    language = OneOf(LANGUAGES, required=True)


class KitchenForm(Form):
    """The kitchen to go on in."""

    depot = Whole(least=1, most=2**53, required=True)


class AskResetForm(Form):
    """Whose password is lost."""

    login = Text(required=True)


class ResetForm(Form):
    """A one-time token and the new password, twice."""

    token = Text(required=True, most=100)
    password = _Secret(required=True)
    again = _Secret(required=True)


class PasswordForm(Form):
    """The present password and the new one."""

    current = _Secret(required=True)
    password = _Secret(required=True)


class ViewForm(Form):
    """How pages look in this browser; an absent choice is that of the system."""

    language = OneOf(LANGUAGES, required=True)
    theme = OneOf(("", "light", "dark"), load_default="")
    print_size = OneOf(("", "groot", "extra"), load_default="")
    keys = Switch(load_default=False)
