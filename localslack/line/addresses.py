"""Where an app that is reached over signed HTTP listens: what its manifest says, or one address for all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

from localslack.guard import LOOPBACK
from localslack.wire import Json


@dataclass(frozen=True)
class Addresses:
    """The request URLs; an empty one means that the app named none. `commands` is by name, with its slash."""

    events: str = ""
    interactivity: str = ""
    options: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""

    def of(self, kind: str, payload: Json) -> str:
        """Return where one thing goes, empty when the app named no address for it."""
        if kind == "events_api":
            return self.events or self.rest
        if kind == "slash_commands":
            return self.commands.get(str(payload.get("command")), "") or self.rest
        if payload.get("type") == "block_suggestion":
            return self.options or self.rest
        return self.interactivity or self.rest

    def all(self) -> list[str]:
        """Return every address there is."""
        single = [getattr(self, each.name) for each in fields(self) if each.name != "commands"]
        return [url for url in (*single, *self.commands.values()) if url]


def one_for_all(url: str) -> Addresses:
    """Return addresses that are all the same, as slack_bolt's servers have it; refuses what is not of this machine."""
    return checked(Addresses(rest=url))


def of_manifest(manifest: Json) -> Addresses | None:
    """Return the request URLs of a manifest; None when it has Socket Mode on, or names no URL."""
    settings = manifest.get("settings") or {}
    if settings.get("socket_mode_enabled"):
        return None
    interactivity = settings.get("interactivity") or {}
    commands = (manifest.get("features") or {}).get("slash_commands") or []
    found = Addresses(
        events=str((settings.get("event_subscriptions") or {}).get("request_url") or ""),
        interactivity=str(interactivity.get("request_url") or ""),
        options=str(interactivity.get("message_menu_options_url") or ""),
        commands={each["command"]: str(each["url"]) for each in commands if each.get("url")},
    )
    return found if found.all() else None


def checked(addresses: Addresses) -> Addresses:
    """Return the addresses; refuses with `ValueError` and one line when one of them is not of this machine."""
    for url in addresses.all():
        if not is_local(url):
            raise ValueError(
                f"{url}: a local workspace speaks only to apps on this machine; "
                "name yours with --app-url, such as http://127.0.0.1:3000/slack/events"
            )
    return addresses


def is_local(url: str) -> bool:
    """Return whether a URL is plain HTTP to this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in LOOPBACK
