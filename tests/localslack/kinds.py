"""Blocks and elements in a few words, as an app of a bicycle shop would build them."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str, description: str | None = None) -> Json:
    return {"text": plain(text), "value": value} | ({"description": plain(description)} if description else {})


def options(*names: str) -> list[Json]:
    return [option(name, name.lower().replace(" ", "-")) for name in names]


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id, **more}


def picture(alt: str) -> Json:
    return {"type": "image", "image_url": "https://pictures.example.com/saltire.png", "alt_text": alt}


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def line(*nodes: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(nodes)}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": list(parts)}


def items(style: str, *names: str, **more: Any) -> Json:
    return {"type": "rich_text_list", "style": style, "elements": [line(words(name)) for name in names], **more}


def series(name: str, *values: float) -> Json:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri")
    return {"name": name, "data": [{"label": day, "value": value} for day, value in zip(days, values, strict=True)]}


def chart(title: str, kind: str, *lines: Json, y_label: str = "Jobs") -> Json:
    axis = {"categories": [point["label"] for point in lines[0]["data"]], "x_label": "Day", "y_label": y_label}
    shape = {"type": kind, "series": list(lines), "axis_config": axis}
    return {"type": "data_visualization", "title": title, "chart": shape}


def cell(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: float, text: str) -> Json:
    return {"type": "raw_number", "value": value, "text": text}


CONFIRM: Json = {
    "title": plain("Refund $84.00?"),
    "text": mrkdwn("The money goes back to the card ending in *4417*."),
    "confirm": plain("Refund"),
    "deny": plain("Not yet"),
}
BIKES = (
    "Saltire",
    "Marram",
    "Dunlin",
    "Sanderling",
    "Turnstone",
    "Whimbrel",
    "Petrel",
    "Gannet",
    "Fulmar",
    "Skua",
    "Curlew",
    "Knot",
)


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "it", **element},
        **more,
    }


def form(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Job 5518"),
        "submit": plain("Send"),
        "blocks": list(blocks),
        **more,
    }


ICONS = ("star", "flag", "rocket", "tag", "gear")


def small_card(name: str, n: int) -> Json:
    return {
        "type": "card",
        "block_id": f"bike{n}",
        "slack_icon": {"type": "icon", "name": ICONS[n % len(ICONS)]},
        "title": mrkdwn(f"*{name}*"),
        "subtitle": mrkdwn(f"Bay {n}"),
        "body": mrkdwn("From $28.00 an hour"),
        "actions": [button("Book", "book")],
    }


def task(n: int, title: str, status: str, **more: Any) -> Json:
    return {"type": "task_card", "task_id": f"t{n}", "title": title, "status": status, **more}


RICH: Json = rich(
    line(
        words("Bold", bold=True),
        words(", "),
        words("italic", italic=True),
        words(", "),
        words("struck", strike=True),
        words(", "),
        words("under", underline=True),
        words(" and "),
        words("code", code=True),
        words(" for "),
        {"type": "user", "user_id": "U0THEO"},
        words(" in "),
        {"type": "channel", "channel_id": "C0SUPPORT"},
        words(", "),
        {"type": "broadcast", "range": "here"},
        words(", by "),
        {"type": "date", "timestamp": 1795549500, "format": "{date_short} at {time}", "fallback": "soon"},
        words(" "),
        {"type": "emoji", "name": "+1", "skin_tone": 4},
        words(" "),
        {"type": "color", "value": "#1C6B50"},
        words(" "),
        {"type": "link", "url": "https://shop.example.com/r/5518", "text": "order R-5518"},
    ),
    items("bullet", "Front brake", "Rear brake"),
    items("bullet", "Pads worn", "Cable fine", indent=1),
    items("bullet", "Left pad below a millimetre", indent=2),
    items("bullet", "Gears"),
    items("ordered", "Take the wheel out", "Fit the pads"),
    items("ordered", "Inner pad first", indent=1),
    items("ordered", "True the wheel", offset=2),
    {"type": "rich_text_quote", "elements": [words("The brake of the e-bike failed after one hour.\nWe walked back.")]},
    {"type": "rich_text_preformatted", "border": 0, "elements": [words("refund(order='R-5518', cents=8400)")]},
)
