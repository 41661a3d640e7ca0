"""What Slack makes of text: the form in which it keeps what an app wrote, and the rich_text block that goes with it.

Read for the block are mentions, links, dates, `:emoji:`, `*bold*`, `_italic_`, `~strike~`, `` `code` ``, ```` ```blocks``` ````,
`> quotes`, `• lists` and `1. lists`. Marks count only around words, and not across lines. Whether Slack reads lists out of what
apps write too is not verified on a real workspace. Unicode emoji stay as they are (Slack writes `:names:`), and so do
addresses without `http`.
"""

import re
from collections.abc import Iterator

from localslack.wire import Json

NO_TEXT = "This content can't be displayed."
"""The text of a message that has blocks and no text."""
CODE = re.compile(r"(```.+?```|`[^`\n]+`)", re.DOTALL)
ADDRESS = re.compile(
    r"(?P<page>(?<![<|\w])https?://(?:(?!&[lg]t;)[^\s<>])+(?<![.,;:!?)*_~]))"
    r"|(?<![\w.+<|:-])[\w.+-]+@[\w-]+\.[\w.-]*\w"
)
"""A page's address, or one of mail, in escaped text."""
CONTROL = re.compile(
    r"(<(?:@[UWB][A-Z0-9]+|#[CDG][A-Z0-9]+|!(?:here|channel|everyone|group)|!subteam\^S[A-Z0-9]+|!date\^\d{1,11}\^[^<>|]+"
    r"|(?:mailto|tel):[^\s<>|]+|[a-z][a-z0-9+.-]*://[^\s<>|]+)(?:\|[^<>]*)?>)"
)
"""What an app writes between `<` and `>`: https://docs.slack.dev/messaging/formatting-message-text#advanced"""
AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt);)")
ITEM = re.compile(r"( *)(?:[•◦▪]|(\d+)[.)]) +(.+)")
QUOTE = re.compile(r"&gt; ?(.*)")
LONG_QUOTE = re.compile(r"^(?:&gt;){3} ?", re.MULTILINE)
FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
SPACES_OF_A_LEVEL = 4
MARKS = {"*": "bold", "_": "italic", "~": "strike"}
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<token>[^<>\s][^<>]*)>"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'-]+):(?![\w:])"
    r"|(?<![\w*_~])(?P<mark>[*_~])(?=[^\s*_~`]|[*_~`][^\s])(?P<inside>[^\n]{0,1000}?[^\s])(?P=mark)(?![\w*])"
)
MD_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]*)\)")
MD_BOLD = re.compile(r"\*\*([^\n]+?)\*\*")
MD_HEADING = re.compile(r"^#+ ", re.MULTILINE)
MD_BULLET = re.compile(r"^[-*] ", re.MULTILINE)


def as_kept(text: str) -> str:
    """Return what an app wrote as Slack keeps it: `&`, `<` and `>` escaped, links and mail addresses marked.

    Control sequences (`<@U…>`, `<!date^…>`, `<https://…|…>`) and what is escaped already stay, so that doing it twice changes
    nothing. In code nothing is made a link.
    """
    return "".join(_kept(piece, linked=place % 2 == 0) for place, piece in enumerate(CODE.split(text)))


def escaped(text: str) -> str:
    """Return text with everything that has a meaning in a message taken from it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_links(safe: str) -> str:
    """Return escaped text with addresses of pages and of mail marked as links."""
    return ADDRESS.sub(lambda found: f"<{found[0]}>" if found["page"] else f"<mailto:{found[0]}|{found[0]}>", safe)


def mrkdwn(markdown: str) -> str:
    """Return markdown as Slack words it in a message's `text`: links, bold, headings and bullets in its own marks."""
    text = MD_BOLD.sub(r"*\1*", MD_LINK.sub(r"<\2|\1>", markdown))
    return MD_BULLET.sub("• ", MD_HEADING.sub("", text)).strip()


def as_rich_text(sent: str) -> Json:
    """Return the block Slack adds to a message that has none, read out of the text as it is kept."""
    elements: list[Json] = []
    for place, piece in enumerate(FENCE.split(sent)):
        if place % 2:
            elements.append({"type": "rich_text_preformatted", "elements": _code(piece, {}), "border": 0})
        elif piece.strip("\n"):
            elements.extend(_passages(piece.strip("\n")))
    return {"type": "rich_text", "elements": elements}


def as_plain_rich_text(text: str) -> Json:
    """Return that block for a text in which nothing is to be read (`mrkdwn: false`)."""
    section = {"type": "rich_text_section", "elements": [_text(text, {})]}
    return {"type": "rich_text", "elements": [section]}


def _kept(piece: str, linked: bool) -> str:
    parts = []
    for place, part in enumerate(CONTROL.split(piece)):
        safe = AMPERSAND.sub("&amp;", part)
        if place % 2 == 0:
            safe = safe.replace("<", "&lt;").replace(">", "&gt;")
            safe = with_links(safe) if linked else safe
        parts.append(safe)
    return "".join(parts)


def _passages(sent: str) -> Iterator[Json]:
    """Yield what a piece without code blocks is made of; after `>>>` all of it is one quote."""
    before, *after = LONG_QUOTE.split(sent, maxsplit=1)
    yield from _paragraphs(before.rstrip("\n") if after else before)
    for quoted in after:
        yield {"type": "rich_text_quote", "elements": _inline(quoted, {})}


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
            parts += _code(found["code"], {**style, "code": True})
        elif found["token"]:
            parts.append(_token(found["token"], style))
        elif found["emoji"]:
            parts.append({"type": "emoji", "name": found["emoji"]})
        else:
            parts += _inline(found["inside"], {**style, MARKS[found["mark"]]: True})
    return [*parts, _text(sent[at:], style)] if at < len(sent) else parts


def _code(sent: str, style: Json) -> list[Json]:
    """Return the elements of code, in which links and mentions count, and nothing else."""
    parts = [part for part in CONTROL.split(sent) if part]
    return [_token(part[1:-1], style) if CONTROL.fullmatch(part) else _text(part, style) for part in parts]


def _text(sent: str, style: Json) -> Json:
    return {"type": "text", "text": _plain(sent), **({"style": style} if style else {})}


def _plain(sent: str) -> str:
    return sent.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


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
        case "!" if inside.startswith("!date^"):
            return _date(inside, label, styled)
        case "!":
            return {"type": "broadcast", "range": inside[1:], **styled}
    link = {"type": "link", "url": _plain(inside)}
    return {**link, **({"text": _plain(label)} if label else {}), **styled}


def _date(inside: str, label: str, styled: Json) -> Json:
    _, seconds, form, *url = inside.split("^")
    shown: Json = {"type": "date", "timestamp": int(seconds), "format": _plain(form)}
    linked = {"url": _plain(url[0])} if url else {}
    return {**shown, **linked, **({"fallback": _plain(label)} if label else {}), **styled}
