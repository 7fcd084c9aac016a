"""Settings: one frozen value read once from the environment; secrets may come from files."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

INSTANCE = Path(__file__).resolve().parent.parent / "instance"


class SettingsError(ValueError):
    """A setting is missing or cannot be read; the text says which and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Settings:
    """What the surroundings decide. Business settings (cut-off, vans) are rows, not settings."""

    database_url: str
    secret_key: str
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    secure_cookies: bool = False
    smtp_url: str = ""  # empty: messages are written to the worker's console
    osrm_url: str = ""  # empty: the fitted road model
    text_packs: str = ""  # a folder with licensed wording; empty: our own labels
    worker_name: str = ""
    lease_seconds: int = 20  # how long a silent worker keeps its job
    plan_moves: int = 100_000  # how long the routes of a day are searched
    executor: str = "processes"  # where units of work are done: see `app.executors`

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read DATABASE_URL, SECRET_KEY, PORT, PUBLIC_URL, SMTP_URL, ... (each also *_FILE).

        Raises SettingsError for an unreadable value. Without SECRET_KEY a random one is kept in
        the instance folder, so that sessions survive a restart on one machine.
        """
        env = os.environ if env is None else env
        port = _whole(env, "PORT", 8000)
        public_url = _text(env, "PUBLIC_URL") or f"http://127.0.0.1:{port}"
        return cls(
            database_url=_database_url(env),
            secret_key=_text(env, "SECRET_KEY") or _kept_secret(),
            port=port,
            public_url=public_url.rstrip("/"),
            secure_cookies=public_url.startswith("https://"),
            smtp_url=_text(env, "SMTP_URL"),
            osrm_url=_text(env, "OSRM_URL"),
            text_packs=_text(env, "TEXT_PACKS"),
            worker_name=_text(env, "WORKER_NAME"),
            lease_seconds=_whole(env, "LEASE_SECONDS", 20),
            plan_moves=_whole(env, "PLAN_MOVES", 100_000, least=1),
            executor=_executor(env),
        )


def _text(env: Mapping[str, str], name: str) -> str:
    path = env.get(f"{name}_FILE")
    if not path:
        return env.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise SettingsError(f"{name}_FILE cannot be read: {problem.strerror}") from None


def _whole(env: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = _text(env, name)
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise SettingsError(f"{name} must be a whole number, for example {default}")
    return int(text)


def _executor(env: Mapping[str, str]) -> str:
    text = _text(env, "EXECUTOR") or "processes"
    if text not in ("threads", "processes") and not re.fullmatch(r"dask://[\w.-]+:\d+", text):
        raise SettingsError("EXECUTOR must be threads, processes or dask://host:port")
    return text


def _database_url(env: Mapping[str, str]) -> str:
    url = _text(env, "DATABASE_URL")
    if not url:
        INSTANCE.mkdir(exist_ok=True)
        return f"sqlite:///{INSTANCE / 'npcc.sqlite3'}"
    if url.startswith("postgres://"):
        url = url.replace("postgres://", "postgresql://", 1)
    if not url.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        raise SettingsError("DATABASE_URL must start with sqlite: or postgresql:")
    return url


def _kept_secret() -> str:
    INSTANCE.mkdir(exist_ok=True)
    path = INSTANCE / "secret_key"
    if not path.exists():
        fresh = INSTANCE / f"secret_key.{os.getpid()}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            os.link(fresh, path)  # the first process wins; a rename would let the last one win
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")
