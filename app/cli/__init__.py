"""Commands: the demo region, one day's plan, scores and plans from files, import and export."""

from flask import Flask

from app.cli import days, exchange, foods, meals, score, serving, weeks


def register_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    for commands in (days, exchange, foods, meals, score, serving, weeks):
        commands.register(app)
