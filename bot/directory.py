"""Who is who in the team, by Slack's own word. Whoever cannot be looked up decides nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Iterable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.web import NO_ANSWER, error_of, retry_after
from core.errors import Retry
from core.ledger import Ledger
from core.moment import from_us
from core.ports import Member

KEPT = timedelta(minutes=5)
WRITTEN_AGAIN_AFTER = timedelta(hours=1)
STRANGERS = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
_OUT = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "is_workflow_bot")


class SlackDirectory:
    """`core.ports.Directory` over `users.info`. Called from worker threads; it may wait for Slack."""

    def __init__(self, client: AsyncWebClient, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger
        self._seen: dict[str, tuple[datetime, Member | None]] = {}
        self._team = ""
        self._mutex = threading.Lock()

    def remembered(self, user_id: str) -> Member | None:
        """The person as seen in the last five minutes, without asking anybody; None when not seen."""
        seen = self._seen.get(user_id)
        return seen[1] if seen and self._ledger.clock.now() - seen[0] < KEPT else None

    def cached(self, user_id: str) -> Member | None:
        """The person as last seen, looked up when never seen; None for a stranger. Raises `Retry` when Slack is away and the
        person was never seen."""
        seen = self._seen.get(user_id)
        if seen and self._ledger.clock.now() - seen[0] < KEPT:
            return seen[1]
        try:
            return self.fresh(user_id)
        except Retry:
            known = self._stored(user_id)
            if known is None:
                raise
            return known

    def fresh(self, user_id: str) -> Member | None:
        """The person as Slack says now; None for one whom Slack does not know. Raises `Retry` when it cannot be asked."""
        try:
            team, user = self._team_id(), _now(self._client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            if error_of(error) in STRANGERS:
                self._remember(user_id, None)
                return None
            raise Retry(f"Slack did not say who {user_id} is: {error_of(error)}", retry_after(error) or 2.0) from error
        except NO_ANSWER as error:
            raise Retry("Slack cannot be reached to look a person up", 2.0) from error
        member = member_of(user, team)
        self._remember(user_id, member)
        return member

    def meet(self, mails: Iterable[str]) -> int:
        """Looks up those whom policy names by mail address, so that cards can call them by name; how many were found."""
        found = 0
        for mail in mails:
            if self.by_mail(mail):
                found += 1
                continue
            try:
                user = _now(self._client.users_lookupByEmail(email=mail))["user"]
                self._remember(str(user["id"]), member_of(user, self._team_id()))
                found += 1
            except SlackApiError as error:
                if error_of(error) not in STRANGERS:
                    raise Retry(
                        f"Slack did not look people up: {error_of(error)}", retry_after(error) or 2.0
                    ) from error
            except NO_ANSWER as error:
                raise Retry("Slack cannot be reached to look people up", 2.0) from error
        return found

    def by_mail(self, mail: str) -> str:
        """The Slack user id of the member with this address; empty when nobody with it was seen yet."""
        return users_of_mails(self._ledger, [mail]).get(mail, "")

    def _team_id(self) -> str:
        if not self._team:
            self._team = str(_now(self._client.auth_test())["team_id"])
        return self._team

    def _stored(self, user_id: str) -> Member | None:
        row = self._ledger.row("person", "person.by_user", user=user_id)
        if row is None:
            return None
        return Member(user_id, row["team_id"], row["mail"], row["name"], row["zone"], bool(row["is_member"]))

    def _remember(self, user_id: str, member: Member | None) -> None:
        now = self._ledger.clock.now()
        self._seen[user_id] = (now, member)
        if member is None:
            return
        with self._mutex:
            row = self._ledger.row("person", "person.by_user", user=user_id)
            if row is None or self._stored(user_id) != member or now - from_us(row["seen_at"]) > WRITTEN_AGAIN_AFTER:
                self._write(member, is_new=row is None)

    def _write(self, member: Member, *, is_new: bool) -> None:
        row_id = f"{member.team_id}:{member.user_id}"
        with self._ledger.unit() as unit:
            if is_new and unit.one(
                "counter.lock", key="task"
            ):  # another process may see the same person for the first time
                is_new = unit.one("person.by_user", user=member.user_id) is None
            index = unit.blind("mail", member.mail)
            rest: dict[str, Any] = {
                "mail_index": index,
                "zone": member.zone,
                "is_member": member.is_member,
                "seen_at": unit.at,
            }
            if is_new:
                unit.insert("person", id=row_id, team_id=member.team_id, user_id=member.user_id, mail=member.mail,
                            name=member.name, **rest)  # fmt: skip
            else:
                unit.change("person.put", key=row_id, mail=unit.seal("person", "mail", row_id, member.mail),
                            name=unit.seal("person", "name", row_id, member.name), **rest)  # fmt: skip


def _now(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Waits for one call in this worker thread; on the loop's own thread it raises instead of standing still."""

    async def wait() -> AsyncSlackResponse:
        return await call

    return asyncio.run(wait())


def users_of_mails(ledger: Ledger, mails: Iterable[str]) -> dict[str, str]:
    """The Slack user ids of those members with these addresses who were seen already."""
    seen = {str(index): str(user) for index, user in ledger.rows("person.members")}
    users = ((mail, seen.get(ledger.cipher.blind("mail", mail), "")) for mail in mails)
    return {mail: user for mail, user in users if user}


def member_of(user: dict[str, Any], team_id: str) -> Member:
    """A person out of Slack's user object (docs.slack.dev, reference, objects, user object). Guests, bots, people of other
    teams and those who left are no members, and so is whoever comes without the fields that would say so."""
    profile = user.get("profile") or {}
    enterprise = user.get("enterprise_user") or {}
    ours = str(user.get("team_id", "")) == team_id or team_id in enterprise.get("teams", ())
    known = {"deleted", "is_bot", "is_restricted", "is_ultra_restricted"} <= user.keys()
    return Member(
        user_id=str(user["id"]), team_id=team_id, mail=str(profile.get("email") or "").lower(),
        name=str(profile.get("real_name") or user.get("real_name") or user.get("name") or user["id"]),
        zone=str(user.get("tz") or "UTC"), is_member=ours and known and not any(user.get(name) for name in _OUT),
    )  # fmt: skip
