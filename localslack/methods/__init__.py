"""The Web API, by name: the function, the token it wants and the scopes of which one is enough."""

from collections.abc import Callable
from dataclasses import dataclass

from localslack.methods import auth, chat, conversations, reactions, users, views
from localslack.methods.call import Call
from localslack.wire import Json

APP_TOKEN = "xapp-"  # noqa: S105 - the beginning of every app token, no secret
BOT_TOKEN = "xoxb-"  # noqa: S105 - the beginning of every bot token, no secret

READS = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


@dataclass(frozen=True)
class Method:
    """One method of the Web API. An empty `token` means that none is needed, empty `scopes` that any token will do."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    token: str = BOT_TOKEN


METHODS: dict[str, Method] = {
    "api.test": Method(auth.api_test, token=""),
    "auth.test": Method(auth.auth_test),
    "apps.connections.open": Method(auth.connections_open, token=APP_TOKEN),
    "team.info": Method(auth.team_info, ("team:read",)),
    "bots.info": Method(auth.bots_info, ("users:read",)),
    "users.info": Method(users.info, ("users:read",)),
    "users.list": Method(users.everyone, ("users:read",)),
    "users.lookupByEmail": Method(users.by_email, ("users:read.email",)),
    "users.conversations": Method(users.conversations, READS),
    "usergroups.list": Method(users.groups, ("usergroups:read",)),
    "usergroups.users.list": Method(users.group_people, ("usergroups:read",)),
    "conversations.list": Method(conversations.every, READS),
    "conversations.info": Method(conversations.info, READS),
    "conversations.members": Method(conversations.members, READS),
    "conversations.history": Method(conversations.read, HISTORY),
    "conversations.replies": Method(conversations.replies, HISTORY),
    "conversations.open": Method(conversations.direct, ("im:write", "mpim:write")),
    "conversations.join": Method(conversations.join, ("channels:join",)),
    "chat.postMessage": Method(chat.post, ("chat:write",)),
    "chat.update": Method(chat.update, ("chat:write",)),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.postEphemeral": Method(chat.whisper, ("chat:write",)),
    "chat.getPermalink": Method(chat.permalink),
    "views.open": Method(views.open_view),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
    "views.publish": Method(views.publish),
    "reactions.add": Method(reactions.add, ("reactions:write",)),
}
