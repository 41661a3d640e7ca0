"""Who works here: the workspace file's people, and what was changed about them since."""

from dataclasses import asdict, fields, replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from localslack.clock import Clock
from localslack.config import App, Person, Team
from localslack.state import State, opened, packed
from localslack.wire import Json, SlackError

CHANGEABLE = frozenset(field.name for field in fields(Person)) - {"id"}


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


def shown_person(person: Person, app: App, team: Team, clock: Clock) -> Json:
    """Return a person as Slack's user object; the mail address only when the app may see it and the person is of the team."""
    stranger = person.team != team.id
    profile = {"real_name": person.name, "display_name": person.handle, "title": person.title, "team": person.team}
    if not stranger and (app.scopes is None or "users:read.email" in app.scopes):
        profile["email"] = person.email
    offset = clock.now().astimezone(ZoneInfo(person.zone)).utcoffset()
    shown: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.handle,
        "deleted": person.deleted,
        "real_name": person.name,
        "tz": person.zone,
        "tz_label": person.zone,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
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
    }
    return {**shown, **(dict.fromkeys(roles, False) if person.deleted else roles)}


def shown_bot(app: App, team: Team) -> Json:
    """Return the bot as Slack's user object."""
    profile = {
        "real_name": app.name,
        "display_name": app.name,
        "api_app_id": team.app_id,
        "bot_id": team.bot_id,
        "team": team.id,
    }
    roles = dict.fromkeys(("is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"), False)
    return {
        "id": team.bot_user,
        "team_id": team.id,
        "name": app.name.lower(),
        "deleted": False,
        "real_name": app.name,
        "tz": team.zone,
        "profile": profile,
        **roles,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }
