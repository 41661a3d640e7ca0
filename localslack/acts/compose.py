"""What Slack's composer makes of typed text: the text as it is sent. `localslack.talk.compose` reads the block out of that.

Marked are mentions (`@Name`, `@handle`, `@group`, `#channel`, `@here`, or `<@ID>` as the app would write it), links, mail
addresses and `- lists`; nothing in code.
"""

import re
from collections.abc import Callable, Iterator

from localslack.talk.compose import CODE, SPACES_OF_A_LEVEL, escaped, with_links
from localslack.team import groups
from localslack.workspace import Workspace

Shown = Callable[[str, str], str]
"""How a mention is written, from the name that was typed and its token."""
TOKEN = re.compile(r"&lt;(@[A-Z0-9]+|#[A-Z0-9]+|!subteam\^[A-Z0-9]+|!here|!channel|!everyone)&gt;")
RANGES = ("here", "channel", "everyone")
BULLET = re.compile(r"^([ \t]*)[-*] +(?=\S)", re.MULTILINE)
BULLETS = "•◦▪"


def as_sent(workspace: Workspace, typed: str) -> str:
    """Return typed text in Slack's escaping, with mentions, mail addresses and links marked and lists with bullets."""
    pieces = [_tokens(workspace, piece, _id_only) for piece in _pieces(typed)]
    return "".join(pieces)


def as_escaped(workspace: Workspace, typed: str) -> str:
    """Return the text of a command that wants it escaped: mentions with the name behind the id, links marked.

    https://docs.slack.dev/interactivity/implementing-slash-commands (`should_escape`)
    """
    return _tokens(workspace, escaped(typed), _with_name)


def _pieces(typed: str) -> Iterator[str]:
    """Yield typed text escaped, with bullets, in pieces that are code or no code."""
    for piece in CODE.split(typed):
        yield escaped(piece) if CODE.fullmatch(piece) else BULLET.sub(_bullet, escaped(piece))


def _bullet(found: re.Match[str]) -> str:
    level = len(found[1].expandtabs(SPACES_OF_A_LEVEL)) // 2
    return " " * SPACES_OF_A_LEVEL * level + BULLETS[min(level, len(BULLETS) - 1)] + " "


def _tokens(workspace: Workspace, safe: str, shown: Shown) -> str:
    if CODE.fullmatch(safe):
        return safe
    text = TOKEN.sub(lambda found: f"<{found[1]}>", safe)
    text = _mentions(with_links(text), "@", _callable_names(workspace), shown)
    return _mentions(text, "#", _channel_names(workspace), shown)


def _mentions(text: str, sign: str, names: dict[str, str], shown: Shown) -> str:
    known = {escaped(name).lower(): (name, token) for name, token in names.items()}
    if not known:
        return text
    choice = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w<@#|&/]){sign}({choice})(?![\w-])", re.IGNORECASE)
    return pattern.sub(lambda found: shown(*known[found[1].lower()]), text)


def _callable_names(workspace: Workspace) -> dict[str, str]:
    """Return what may stand behind an `@`, and the token it becomes; people come before groups of the same name."""
    names = {each: f"!{each}" for each in RANGES}
    names |= {each.handle: f"!subteam^{each.id}" for each in groups.all_groups(workspace) if not each.deleted}
    people = workspace.people.here()
    names |= {person.handle: f"@{person.id}" for person in people}
    names |= {person.name: f"@{person.id}" for person in people}
    return {**names, workspace.app.name: f"@{workspace.team.bot_user}"}


def _channel_names(workspace: Workspace) -> dict[str, str]:
    return {room.name: f"#{room.id}" for room in workspace.rooms.all() if room.kind == "channel" and not room.closed}


def _id_only(name: str, token: str) -> str:
    return f"<{token}>"


def _with_name(name: str, token: str) -> str:
    if token.startswith(("@", "#")):
        return f"<{token}|{escaped(name)}>"
    return f"<{token}|@{escaped(name)}>" if token.startswith("!subteam") else f"<{token}>"
