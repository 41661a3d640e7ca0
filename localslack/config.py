"""The two files a local workspace is made from: who works there, and the app's Slack manifest."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from localslack.line.addresses import Addresses, of_manifest
from localslack.wire import Json

SIGNING_SECRET = "local-signing-secret"  # noqa: S105 - an app of this machine is told it by `--print-env`


@dataclass(frozen=True)
class Person:
    """Somebody of the team, or of another company (`team` is its id). `zone` is an IANA time zone name.

    A `guest` sees the channels they are in, a `single_channel` guest just one; who is `deleted` was deactivated.
    """

    id: str
    name: str
    handle: str
    email: str
    title: str
    zone: str
    owner: bool = False
    admin: bool = False
    guest: bool = False
    single_channel: bool = False
    deleted: bool = False
    team: str = ""


@dataclass(frozen=True)
class Channel:
    """A channel as the file describes it; `members` are person ids, `app` says whether the bot is in it.

    `shared` is `no`, `ext` (with another company), `org` or `pending`.
    """

    id: str
    name: str
    topic: str
    members: tuple[str, ...]
    app: bool
    purpose: str = ""
    private: bool = False
    archived: bool = False
    shared: str = "no"


@dataclass(frozen=True)
class UserGroup:
    """A user group: what a mention `<!subteam^ID>` stands for."""

    id: str
    handle: str
    name: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Team:
    """The workspace file."""

    id: str
    name: str
    domain: str
    zone: str
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    groups: tuple[UserGroup, ...]
    app_id: str
    bot_id: str
    bot_user: str


@dataclass(frozen=True)
class Command:
    """A slash command of the manifest, `name` with its slash."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the manifest; `kind` is `global` or `message`."""

    name: str
    kind: str
    callback_id: str
    description: str


@dataclass(frozen=True)
class Features:
    """What the manifest switches on. `reads` says that people may write to the app in its messages tab.

    Without a `messages_tab` the app cannot write to anybody directly either.

    `agent` and `assistant` are the two ways of a conversation with an AI app (`agent_view`, `assistant_view`).
    """

    interactive: bool = True
    home_tab: bool = True
    reads: bool = True
    messages_tab: bool = True
    agent: bool = False
    assistant: bool = False


@dataclass(frozen=True)
class App:
    """The app's manifest. `events` and `scopes` are None when there is no manifest: then nothing is held back.

    `addresses` says where the app is reached over signed HTTP; None means that it comes by Socket Mode.
    """

    name: str
    description: str
    commands: tuple[Command, ...]
    events: frozenset[str] | None
    scopes: frozenset[str] | None
    shortcuts: tuple[Shortcut, ...] = ()
    features: Features = Features()
    addresses: Addresses | None = None
    signing_secret: str = SIGNING_SECRET


def load_team(path: Path) -> Team:
    """Read a workspace file; `ValueError` names what is wrong with it, `OSError` when it cannot be read."""
    raw = _mapping(path)
    try:
        team, app = raw["team"], raw["app"]
        zone = str(team.get("time_zone", "America/New_York"))
        return Team(
            id=team["id"],
            name=team["name"],
            domain=team["domain"],
            zone=zone,
            people=tuple(_person(entry, zone, team["id"]) for entry in raw["people"]),
            channels=tuple(_channel(entry) for entry in raw["channels"]),
            groups=tuple(_group(entry) for entry in raw.get("user_groups", [])),
            app_id=app["id"],
            bot_id=app["bot"],
            bot_user=app["bot_user"],
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"{path}: {wrong} is missing or has the wrong form") from wrong


def load_app(path: Path | None, fallback_name: str = "App") -> App:
    """Read a Slack manifest (YAML or JSON); without one every event is sent and every scope is granted.

    `ValueError` names what is wrong with it, `OSError` when it cannot be read. Its request URLs are not judged here.
    """
    if path is None:
        return App(fallback_name, "", (), None, None)
    raw = _mapping(path)
    try:
        shown = raw.get("display_information") or {}
        features = raw.get("features") or {}
        events = ((raw.get("settings") or {}).get("event_subscriptions") or {}).get("bot_events") or []
        scopes = ((raw.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
        name = (features.get("bot_user") or {}).get("display_name") or shown.get("name") or fallback_name
        return App(
            name=str(name),
            description=str(shown.get("description", "")),
            commands=tuple(_command(entry) for entry in features.get("slash_commands") or []),
            events=frozenset(events),
            scopes=frozenset(scopes),
            shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts") or []),
            features=_features(features, raw.get("settings") or {}),
            addresses=of_manifest(raw),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"{path}: {wrong} is missing or has the wrong form") from wrong


def _mapping(path: Path) -> Json:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as wrong:
        raise ValueError(f"{path}: not YAML: {wrong}") from wrong
    if not isinstance(raw, dict):
        raise ValueError(f"{path}: a mapping was expected")
    return raw


def _person(entry: Json, zone: str, team: str) -> Person:
    owner = bool(entry.get("owner", False))
    return Person(
        id=entry["id"],
        name=entry["name"],
        handle=entry.get("handle") or entry["name"].split()[0].lower(),
        email=entry["email"],
        title=entry.get("title", ""),
        zone=entry.get("time_zone", zone),
        owner=owner,
        admin=owner or bool(entry.get("admin", False)),
        guest=bool(entry.get("guest", False)),
        single_channel=bool(entry.get("single_channel", False)),
        deleted=bool(entry.get("deleted", False)),
        team=entry.get("company", team),
    )


def _channel(entry: Json) -> Channel:
    return Channel(
        entry["id"],
        entry["name"],
        entry.get("topic", ""),
        tuple(entry.get("members", ())),
        bool(entry.get("app", True)),
        entry.get("purpose", ""),
        bool(entry.get("private", False)),
        bool(entry.get("archived", False)),
        entry.get("shared", "no"),
    )


def _group(entry: Json) -> UserGroup:
    return UserGroup(entry["id"], entry["handle"], entry["name"], tuple(entry["people"]))


def _command(entry: Json) -> Command:
    return Command(
        entry["command"],
        entry.get("description", ""),
        entry.get("usage_hint", ""),
        bool(entry.get("should_escape", False)),
    )


def _shortcut(entry: Json) -> Shortcut:
    return Shortcut(entry["name"], entry["type"], entry["callback_id"], entry.get("description", ""))


def _features(features: Json, settings: Json) -> Features:
    """A manifest that does not speak of the app's home has no home tab, and a messages tab as people know it."""
    tabs = features.get("app_home") or {}
    return Features(
        interactive=bool((settings.get("interactivity") or {}).get("is_enabled", False)),
        home_tab=bool(tabs.get("home_tab_enabled", False)),
        messages_tab=bool(tabs.get("messages_tab_enabled", True)),
        reads=bool(tabs.get("messages_tab_enabled", True)) and not tabs.get("messages_tab_read_only_enabled", False),
        agent="agent_view" in features,
        assistant="assistant_view" in features,
    )
