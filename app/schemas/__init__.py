"""Shapes of messages: web forms and JSON share them. Errors are codes, said elsewhere."""

from app.schemas.account import AskResetForm, LanguageForm, LoginForm, PasswordForm, ResetForm
from app.schemas.base import (
    Day,
    Exactly,
    Form,
    Json,
    Listed,
    OneOf,
    Several,
    Switch,
    Text,
    Whole,
    problems_of,
)

__all__ = [
    "AskResetForm",
    "Day",
    "Exactly",
    "Form",
    "Json",
    "LanguageForm",
    "Listed",
    "LoginForm",
    "OneOf",
    "PasswordForm",
    "ResetForm",
    "Several",
    "Switch",
    "Text",
    "Whole",
    "problems_of",
]
