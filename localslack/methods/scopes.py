"""Scopes: which ones a method wants, by the kind of conversation where Slack has one for each.

The kinds are those of `events.channel_type`. Of several scopes for one kind any is enough.
https://docs.slack.dev/reference/scopes
"""

from collections.abc import Mapping, Sequence

from localslack.config import App
from localslack.wire import SlackError

ByKind = Mapping[str, tuple[str, ...]]

ANYWHERE: ByKind = {}
READS: ByKind = {
    "channel": ("channels:read",),
    "group": ("groups:read",),
    "im": ("im:read",),
    "mpim": ("mpim:read",),
}
HISTORY: ByKind = {
    "channel": ("channels:history",),
    "group": ("groups:history",),
    "im": ("im:history",),
    "mpim": ("mpim:history",),
}
MANAGES: ByKind = {
    "channel": ("channels:manage",),
    "group": ("groups:write",),
    "im": ("im:write",),
    "mpim": ("mpim:write",),
}
TOPICS: ByKind = {
    "channel": ("channels:manage", "channels:write.topic"),
    "group": ("groups:write", "groups:write.topic"),
    "im": ("im:write", "im:write.topic"),
    "mpim": ("mpim:write", "mpim:write.topic"),
}
INVITES: ByKind = {
    "channel": ("channels:manage", "channels:write.invites"),
    "group": ("groups:write", "groups:write.invites"),
    "im": ("im:write",),
    "mpim": ("mpim:write",),
}
JOINS: ByKind = {"channel": ("channels:join",)}
PUBLIC_POSTING = "chat:write.public"
OWN_NAMES = "chat:write.customize"


def check(app: App, enough: Sequence[str]) -> None:
    """Refuse with `missing_scope` unless the app has one of these scopes; an empty list asks for nothing."""
    granted = app.scopes
    if granted is None or not enough or granted & set(enough):
        return
    raise SlackError("missing_scope", extra={"needed": ",".join(enough), "provided": ",".join(sorted(granted))})


def check_any(app: App, by_kind: ByKind) -> None:
    """Refuse unless the app has a scope for some kind of conversation."""
    check(app, [scope for enough in by_kind.values() for scope in enough])


def granted(app: App, scope: str) -> bool:
    """Return whether a manifest grants a scope by name; without a manifest nothing is named."""
    return app.scopes is not None and scope in app.scopes
