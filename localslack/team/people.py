"""Who works here: the workspace file's people, and what was changed about them since."""

import hashlib
import unicodedata
from dataclasses import asdict, fields, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from localslack.clock import Clock
from localslack.config import App, Person, Team
from localslack.state import State, opened, packed
from localslack.wire import Json, SlackError

CHANGEABLE = frozenset(field.name for field in fields(Person)) - {"id"}
SLACKBOT = "USLACKBOT"
PICTURE = "/page/mark.svg"
NO_ROLES = ("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted")
ZONES = {
    **{
        ("America", f"{name[0]}{half[0]}T"): f"{name} {half} Time"
        for name in ("Eastern", "Central", "Mountain", "Pacific")
        for half in ("Standard", "Daylight")
    },
    ("Europe", "GMT"): "Greenwich Mean Time",
    ("Europe", "BST"): "British Summer Time",
    ("Europe", "WET"): "Western European Time",
    ("Europe", "WEST"): "Western European Summer Time",
    ("Europe", "CET"): "Central European Time",
    ("Europe", "CEST"): "Central European Summer Time",
    ("Europe", "EET"): "Eastern European Time",
    ("Europe", "EEST"): "Eastern European Summer Time",
    ("Asia", "JST"): "Japan Standard Time",
}
"""Zones in words, by the continent and the short name; the others are called by their short name."""


class People:
    """Everybody of the workspace, strangers from other companies and people who left among them."""

    def __init__(self, team: Team, state: State) -> None:
        self._team = team
        self._state = state
        self._known: dict[str, Person] = {}
        self.load()

    def load(self) -> None:
        """Take the file's people, then what was changed since."""
        self._known = {person.id: person for person in self._team.people}
        for row in self._state.all("SELECT id, body FROM people ORDER BY rowid"):
            changed = opened(row["body"])
            if row["id"] in self._known:
                self._known[row["id"]] = replace(self._known[row["id"]], **changed)
            elif {"name", "handle", "email"} <= changed.keys():
                self._known[row["id"]] = Person(id=row["id"], **changed)

    def all(self) -> list[Person]:
        """Return everybody, also those who left."""
        return list(self._known.values())

    def here(self) -> list[Person]:
        """Return those who can act: not deactivated."""
        return [person for person in self._known.values() if not person.deleted]

    def get(self, user: str) -> Person | None:
        """Return the person with this id, or None."""
        return self._known.get(user)

    def needed(self, user: str) -> Person:
        """Return the person with this id; refuses an unknown one."""
        found = self.get(user)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def by_email(self, email: str) -> Person | None:
        """Return the person with this mail address, or None."""
        return next((each for each in self.here() if each.email.lower() == email.lower()), None)

    def is_stranger(self, user: str) -> bool:
        """Return whether somebody belongs to another company."""
        found = self.get(user)
        return found is not None and found.team != self._team.id

    def change(self, user: str, changes: Json) -> Person:
        """Change fields of a person and keep that over restarts; refuses unknown people and fields with `ValueError`."""
        if user not in self._known:
            raise ValueError(f"nobody here is {user}")
        changed = replace(self._known[user], **self._checked(changes))
        row = self._state.one("SELECT body FROM people WHERE id = ?", user)
        self._keep(changed, {**(opened(row["body"]) if row else {}), **changes})
        return changed

    def add(self, user: str, given: Json) -> Person:
        """Add somebody with at least `name` and `email`; refuses an id that is taken with `ValueError`."""
        if user in self._known or not {"name", "email"} <= given.keys():
            raise ValueError("a new person needs an id that is free, a name and an email")
        whole = {
            "handle": str(given["name"]).split()[0].lower(),
            "title": "",
            "team": self._team.id,
            "zone": self._team.zone,
            **given,
        }
        made = Person(id=user, **self._checked(whole))
        self._keep(made, {key: value for key, value in asdict(made).items() if key != "id"})
        return made

    def _checked(self, changes: Json) -> dict[str, Any]:
        unknown = changes.keys() - CHANGEABLE
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: a person has {', '.join(sorted(CHANGEABLE))}")
        if "zone" in changes:
            try:
                ZoneInfo(changes["zone"])
            except (ZoneInfoNotFoundError, ValueError, TypeError):
                raise ValueError(f"{changes['zone']} is no time zone name such as Europe/Berlin") from None
        return changes

    def _keep(self, person: Person, body: Json) -> None:
        self._state.run("INSERT OR REPLACE INTO people (id, body) VALUES (?, ?)", person.id, packed(body))
        self._known[person.id] = person


def shown_person(person: Person, app: App, team: Team, clock: Clock, base_url: str = "") -> Json:
    """Return a person as Slack's user object; the mail address only when the app may see it and the person is of the team.

    `base_url` is where the picture of the profile stands.
    """
    stranger = person.team != team.id
    first, _, last = person.name.partition(" ")
    profile = _profile(person.id, person.name, person.handle, person.team, base_url)
    profile |= {"title": person.title, "first_name": first, "last_name": last}
    if not stranger and (app.scopes is None or "users:read.email" in app.scopes):
        profile["email"] = person.email
    shown: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "deleted": person.deleted,
        "color": _mark(person.id)[:6],
        "real_name": person.name,
        **_zone(person.zone, clock),
        "profile": profile,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
        "who_can_share_contact_card": "EVERYONE",
    }
    if stranger:
        return {**shown, "is_stranger": True}
    roles = {
        "is_admin": person.admin or person.owner,
        "is_owner": person.owner,
        "is_primary_owner": person.owner and next((p.id for p in team.people if p.owner), None) == person.id,
        "is_restricted": person.guest or person.single_channel,
        "is_ultra_restricted": person.single_channel,
        "is_email_confirmed": True,
        "has_2fa": False,
    }
    return {**shown, **(dict.fromkeys(roles, False) if person.deleted else roles)}


def shown_bot(app: App, team: Team, clock: Clock, base_url: str) -> Json:
    """Return the bot as Slack's user object; `base_url` as for people."""
    profile = _profile(team.bot_user, app.name, app.name, team.id, base_url)
    first, _, last = app.name.partition(" ")
    profile |= {"first_name": first, "last_name": last}
    profile |= {"api_app_id": team.app_id, "bot_id": team.bot_id, "always_active": True}
    return {
        "id": team.bot_user,
        "team_id": team.id,
        "name": app.name.lower(),
        "deleted": False,
        "color": _mark(team.bot_user)[:6],
        "real_name": app.name,
        **_zone(team.zone, clock),
        "profile": profile,
        **dict.fromkeys(NO_ROLES, False),
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
        "is_email_confirmed": False,
        "who_can_share_contact_card": "EVERYONE",
    }


def shown_slackbot(team: Team, clock: Clock, base_url: str) -> Json:
    """Return Slackbot as Slack's user object, which says that it is no bot; `base_url` as for people."""
    profile = _profile(SLACKBOT, "Slackbot", "Slackbot", team.id, base_url)
    profile |= {"first_name": "slackbot", "last_name": "", "always_active": True}
    return {
        "id": SLACKBOT,
        "team_id": team.id,
        "name": "slackbot",
        "deleted": False,
        "color": "757575",
        "real_name": "Slackbot",
        **_zone(team.zone, clock),
        "profile": profile,
        **dict.fromkeys(NO_ROLES, False),
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
        "is_email_confirmed": False,
        "who_can_share_contact_card": "EVERYONE",
    }


def icons_of(base_url: str) -> Json:
    """Return the icons of the bot in three sizes: one drawing of ours that fits them all."""
    return {f"image_{size}": f"{base_url}{PICTURE}" for size in (36, 48, 72)}


def _profile(user: str, name: str, handle: str, team: str, base_url: str) -> Json:
    return {
        **dict.fromkeys(("title", "phone", "skype"), ""),
        "real_name": name,
        "real_name_normalized": _normalized(name),
        "display_name": handle,
        "display_name_normalized": _normalized(handle),
        **dict.fromkeys(("status_text", "status_emoji"), ""),
        "status_expiration": 0,
        "avatar_hash": f"g{_mark(user)[:11]}",
        **{f"image_{size}": f"{base_url}{PICTURE}" for size in (24, 32, 48, 72, 192, 512)},
        "status_text_canonical": "",
        "team": team,
    }


def _mark(user: str) -> str:
    """Return hexadecimal digits that belong to a user for ever."""
    return hashlib.sha256(user.encode()).hexdigest()


def _normalized(name: str) -> str:
    """Return a name without its accents."""
    return "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))


def _zone(zone: str, clock: Clock) -> Json:
    """Return the time zone as a user object tells it: its name, in words as of now, and seconds from UTC."""
    here = clock.now().astimezone(ZoneInfo(zone))
    short, offset = here.tzname() or zone, here.utcoffset()
    words = ZONES.get((zone.partition("/")[0], short), short)
    return {"tz": zone, "tz_label": words, "tz_offset": int(offset.total_seconds()) if offset else 0}
