"""What Slack's composer makes of typed text: the text as it is sent, and the rich_text block that goes with it.

Read are mentions (`@Name`, `@handle`, `@group`, `#channel`, `@here`, or `<@ID>` as the app would write it), links, mail
addresses, `:emoji:`, `*bold*`, `_italic_`, `~strike~`, `` `code` ``, ```` ```blocks``` ````, `> quotes`, `- lists` and
`1. lists`. Marks count only around words, and not across lines.
"""

import re
from collections.abc import Callable, Iterator

from localslack import groups
from localslack.wire import Json
from localslack.workspace import Workspace

Shown = Callable[[str, str], str]
"""How a mention is written, from the name that was typed and its token."""
CODE = re.compile(r"(```.+?```|`[^`\n]+`)", re.DOTALL)
TOKEN = re.compile(r"&lt;(@[A-Z0-9]+|#[A-Z0-9]+|!subteam\^[A-Z0-9]+|!here|!channel|!everyone)&gt;")
MAIL = re.compile(r"(?<![\w<|:])[\w.+-]+@[\w-]+\.[\w.-]*\w")
LINK = re.compile(r"(?<![<|\w])https?://(?:(?!&[lg]t;)[^\s<>])+(?<![.,;:!?)*_~])")
RANGES = ("here", "channel", "everyone")
BULLET = re.compile(r"^([ \t]*)[-*] +(?=\S)", re.MULTILINE)
BULLETS = "•◦▪"
ITEM = re.compile(r"( *)(?:[•◦▪]|(\d+)[.)]) +(.+)")
QUOTE = re.compile(r"&gt; ?(.*)")
FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
SPACES_OF_A_LEVEL = 4
MARKS = {"*": "bold", "_": "italic", "~": "strike"}
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<token>[^<>\s][^<>]*)>"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'-]+):(?![\w:])"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=[^\s*_~`]|[*_~`][^\s])(?P<inside>[^\n]{0,1000}?[^\s])(?P=mark)(?![\w*])"
)


def as_sent(workspace: Workspace, typed: str) -> str:
    """Return typed text in Slack's escaping, with mentions, mail addresses and links marked and lists with bullets."""
    pieces = [_tokens(workspace, piece, _id_only) for piece in _escaped(typed)]
    return "".join(pieces)


def as_escaped(workspace: Workspace, typed: str) -> str:
    """Return the text of a command that wants it escaped: mentions with the name behind the id, links marked.

    https://docs.slack.dev/interactivity/implementing-slash-commands (`should_escape`)
    """
    return _tokens(workspace, _escape(typed), _with_name)


def as_rich_text(sent: str) -> Json:
    """Return the block Slack adds to what people write, read out of the text as it is sent."""
    elements: list[Json] = []
    for place, piece in enumerate(FENCE.split(sent)):
        if place % 2:
            elements.append({"type": "rich_text_preformatted", "elements": [_text(piece, {})], "border": 0})
        elif piece.strip("\n"):
            elements.extend(_paragraphs(piece.strip("\n")))
    return {"type": "rich_text", "elements": elements}


def _escaped(typed: str) -> Iterator[str]:
    """Yield typed text escaped, with bullets, in pieces that are code or no code."""
    for piece in CODE.split(typed):
        yield _escape(piece) if CODE.fullmatch(piece) else BULLET.sub(_bullet, _escape(piece))


def _escape(typed: str) -> str:
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _bullet(found: re.Match[str]) -> str:
    level = len(found[1].expandtabs(SPACES_OF_A_LEVEL)) // 2
    return " " * SPACES_OF_A_LEVEL * level + BULLETS[min(level, len(BULLETS) - 1)] + " "


def _tokens(workspace: Workspace, escaped: str, shown: Shown) -> str:
    if CODE.fullmatch(escaped):
        return escaped
    text = TOKEN.sub(lambda found: f"<{found[1]}>", escaped)
    text = LINK.sub(lambda found: f"<{found[0]}>", text)
    text = MAIL.sub(lambda found: f"<mailto:{found[0]}|{found[0]}>", text)
    text = _mentions(text, "@", _callable_names(workspace), shown)
    return _mentions(text, "#", _channel_names(workspace), shown)


def _mentions(text: str, sign: str, names: dict[str, str], shown: Shown) -> str:
    known = {_escape(name).lower(): (name, token) for name, token in names.items()}
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
        return f"<{token}|{_escape(name)}>"
    return f"<{token}|@{_escape(name)}>" if token.startswith("!subteam") else f"<{token}>"


def _paragraphs(sent: str) -> Iterator[Json]:
    """Yield sections, quotes and lists; lines of a kind that follow each other are one."""
    lines: list[str] = []
    kind: tuple[str, ...] = ()
    for line in [*sent.split("\n"), None]:
        now = _kind(line) if line is not None else ("end",)
        if now != kind and any(each.strip() for each in lines):
            yield _paragraph(kind, lines)
        if now != kind:
            lines = []
        kind = now
        lines.append(line or "")


def _kind(line: str) -> tuple[str, ...]:
    item = ITEM.fullmatch(line)
    if item:
        return ("list", "ordered" if item[2] else "bullet", str(len(item[1]) // SPACES_OF_A_LEVEL))
    return ("quote",) if QUOTE.fullmatch(line) else ("section",)


def _paragraph(kind: tuple[str, ...], lines: list[str]) -> Json:
    if kind[0] == "list":
        return _list(kind[1], int(kind[2]), lines)
    if kind[0] == "quote":
        inside = "\n".join(QUOTE.sub(r"\1", line) for line in lines)
        return {"type": "rich_text_quote", "elements": _inline(inside, {})}
    return {"type": "rich_text_section", "elements": _inline("\n".join(lines), {})}


def _list(style: str, indent: int, lines: list[str]) -> Json:
    items = [found for found in (ITEM.fullmatch(line) for line in lines) if found]
    sections = [{"type": "rich_text_section", "elements": _inline(item[3], {})} for item in items]
    shown: Json = {"type": "rich_text_list", "elements": sections, "style": style, "indent": indent, "border": 0}
    first = int(items[0][2] or 1)
    return {**shown, "offset": first - 1} if first > 1 else shown


def _inline(sent: str, style: Json) -> list[Json]:
    """Return the elements of a run of text; `style` is what the marks around it say."""
    parts: list[Json] = []
    at = 0
    for found in INLINE.finditer(sent):
        parts += [_text(sent[at : found.start()], style)] if found.start() > at else []
        at = found.end()
        if found["code"]:
            parts.append(_text(found["code"], {**style, "code": True}))
        elif found["token"]:
            parts.append(_token(found["token"], style))
        elif found["emoji"]:
            parts.append({"type": "emoji", "name": found["emoji"]})
        else:
            parts += _inline(found["inside"], {**style, MARKS[found["mark"]]: True})
    return [*parts, _text(sent[at:], style)] if at < len(sent) else parts


def _text(sent: str, style: Json) -> Json:
    plain = sent.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return {"type": "text", "text": plain, **({"style": style} if style else {})}


def _token(token: str, style: Json) -> Json:
    styled = {"style": style} if style else {}
    inside, _, label = token.partition("|")
    match inside[0]:
        case "@":
            return {"type": "user", "user_id": inside[1:], **styled}
        case "#":
            return {"type": "channel", "channel_id": inside[1:], **styled}
        case "!" if inside.startswith("!subteam^"):
            return {"type": "usergroup", "usergroup_id": inside.removeprefix("!subteam^"), **styled}
        case "!":
            return {"type": "broadcast", "range": inside[1:], **styled}
    link = {"type": "link", "url": inside.replace("&amp;", "&")}
    return {**link, **({"text": label} if label else {}), **styled}
