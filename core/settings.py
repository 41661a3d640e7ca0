"""The environment, read once. `.env` counts; what is set outside wins over it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from dotenv import dotenv_values

from core.errors import BadSettings

VERSION = "0.1.0"  # of Baton; as in pyproject.toml
SLACK_API = "https://slack.com/api/"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LOCAL_BOT_TOKEN = "xoxb-local"  # noqa: S105  the local workspace takes any token; this one says what it is
LOCAL_APP_TOKEN = "xapp-local"  # noqa: S105
KNOWN = frozenset({
    "BATON_MODEL", "BATON_DATABASE_URL", "BATON_POLICIES", "BATON_PORT", "BATON_LOCALSLACK_PORT", "BATON_INTAKE_TOKEN",
    "BATON_KEY_FILE", "BATON_FAILPOINT", "BATON_LOG",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """All that is configured from outside. Built by `from_env`; tests build it by hand."""

    database_url: str = "sqlite:///var/baton.db"
    policies: Path = Path("policies/company")
    key_file: Path = Path("var/baton.key")
    slack_api_url: str = SLACK_API
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    openai_api_key: str = ""
    openai_base_url: str = ""
    model: str = ""
    port: int = 8485
    localslack_port: int = 8484
    intake_token: str = ""
    failpoint: str = ""  # see `core.failpoints`; tests only
    log: str = "INFO"

    @property
    def local_workspace(self) -> bool:
        """Whether people see Baton in a local workspace, not in a real Slack."""
        return not self.slack_bot_token or self.slack_bot_token == LOCAL_BOT_TOKEN

    @property
    def brings_workspace(self) -> bool:
        """Whether no Slack is configured at all, so that a face starts a local workspace of its own."""
        return not self.slack_bot_token

    @property
    def uses_openai(self) -> bool:
        """Whether a model behind OpenAI's protocol reads; else the local one does."""
        return bool(self.openai_api_key or self.openai_base_url)

    @property
    def models(self) -> Path:
        """Where the local model's trained arrays lie."""
        return self.var / "models"

    @property
    def var(self) -> Path:
        """The folder that holds everything this installation keeps."""
        return self.key_file.parent

    @property
    def systems_url(self) -> str:
        """Where the embedded systems live: a file beside ours on SQLite, the same database elsewhere."""
        if self.on_sqlite:
            return self.database_url.removesuffix(".db") + "-systems.db"
        return self.database_url

    @property
    def on_sqlite(self) -> bool:
        """Whether one process on one file does it all; else PostgreSQL holds the data and any number of processes may run."""
        return self.database_url.startswith("sqlite")

    @property
    def anchor(self) -> Path:
        """Where this machine keeps the head of the audit's chain, outside the database."""
        if self.on_sqlite:
            return Path(self.database_url.removeprefix("sqlite:///")).with_suffix(".anchor")
        return self.var / "audit.anchor"


def driver_url(database_url: str) -> str:
    """The address as SQLAlchemy wants it: with the driver that is installed."""
    scheme, rest = database_url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else database_url


def from_env(folder: Path | None = None) -> Settings:
    """The settings of this process. Raises `BadSettings` with one clear line for each thing that is wrong."""
    file = {k: v for k, v in dotenv_values((folder or Path()) / ".env").items() if v is not None}
    env = {**file, **os.environ}
    wrong = [f"{name} is no setting of Baton; known: {', '.join(sorted(KNOWN))}" for name in _unknown(env)]
    defaults = Settings()
    settings = Settings(
        database_url=env.get("BATON_DATABASE_URL") or defaults.database_url,
        policies=Path(env.get("BATON_POLICIES") or defaults.policies),
        key_file=Path(env.get("BATON_KEY_FILE") or defaults.key_file),
        slack_api_url=(env.get("SLACK_API_URL") or SLACK_API).rstrip("/") + "/",
        slack_bot_token=env.get("SLACK_BOT_TOKEN", ""),
        slack_app_token=env.get("SLACK_APP_TOKEN", ""),
        slack_signing_secret=env.get("SLACK_SIGNING_SECRET", ""),
        openai_api_key=env.get("OPENAI_API_KEY", ""),
        openai_base_url=env.get("OPENAI_BASE_URL", ""),
        model=env.get("BATON_MODEL", ""),
        port=_port(env, "BATON_PORT", defaults.port, wrong),
        localslack_port=_port(env, "BATON_LOCALSLACK_PORT", defaults.localslack_port, wrong),
        intake_token=env.get("BATON_INTAKE_TOKEN", ""),
        failpoint=env.get("BATON_FAILPOINT", ""),
        log=env.get("BATON_LOG", "INFO").upper(),
    )
    wrong += _contradictions(settings)
    if wrong:
        raise BadSettings("\n".join(wrong))
    return settings


def _unknown(env: dict[str, str]) -> list[str]:
    return sorted(name for name in env if name.startswith("BATON_") and name not in KNOWN)


def _port(env: dict[str, str], name: str, default: int, wrong: list[str]) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    wrong.append(f"{name} is {text!r}; it must be a port from 1 to 65535")
    return default


def _contradictions(settings: Settings) -> list[str]:
    wrong = []
    is_loopback = urlparse(settings.slack_api_url).hostname in LOOPBACK
    token = settings.slack_bot_token
    if token not in ("", LOCAL_BOT_TOKEN) and not (settings.slack_app_token or settings.slack_signing_secret):
        wrong.append("SLACK_BOT_TOKEN needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) beside it")
    if token and token != LOCAL_BOT_TOKEN and is_loopback:
        wrong.append("SLACK_BOT_TOKEN is a real token, but SLACK_API_URL points at this machine; unset one of them")
    if token == LOCAL_BOT_TOKEN and not is_loopback:
        wrong.append("SLACK_BOT_TOKEN is the local workspace's, but SLACK_API_URL points elsewhere; unset one of them")
    if not token and (settings.slack_app_token or settings.slack_signing_secret):
        wrong.append("SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is set without SLACK_BOT_TOKEN")
    if settings.log not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        wrong.append(f"BATON_LOG is {settings.log!r}; it must be DEBUG, INFO, WARNING or ERROR")
    if not settings.database_url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        shown = settings.database_url.split("@")[-1]  # without the password
        wrong.append(f"BATON_DATABASE_URL is {shown!r}; it must be sqlite:///FILE or postgresql://…")
    return wrong
