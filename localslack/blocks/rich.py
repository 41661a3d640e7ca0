"""Rich text: paragraphs, lists, quotes and code, and the spans they are made of.

Limits: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from localslack.blocks.checks import Check, by_type, choice, flag, list_of, shape, string, whole

NAMED = string(None, 1)
STYLES: dict[str, Check] = {"bold": flag, "italic": flag, "strike": flag, "code": flag, "underline": flag}
STYLE = {"style": shape({}, STYLES)}
MENTION_STYLE = {"style": shape({}, {**STYLES, "highlight": flag, "client_highlight": flag, "unlink": flag})}
TEXT = shape({"text": NAMED}, STYLE)
LINK = shape({"url": string(3000, 1)}, {"text": NAMED, "unsafe": flag, **STYLE})
SPAN = by_type(
    {
        "text": TEXT,
        "link": LINK,
        "emoji": shape(
            {"name": NAMED}, {"unicode": string(), "skin_tone": whole(1, 6), "url": string(3000, 1), **STYLE}
        ),
        "user": shape({"user_id": NAMED}, MENTION_STYLE),
        "usergroup": shape({"usergroup_id": NAMED}, MENTION_STYLE),
        "channel": shape({"channel_id": NAMED}, MENTION_STYLE),
        "team": shape({"team_id": NAMED}, MENTION_STYLE),
        "broadcast": shape({"range": choice("here", "channel", "everyone")}, MENTION_STYLE),
        "date": shape(
            {"timestamp": whole(0), "format": NAMED}, {"url": string(3000, 1), "fallback": string(), **STYLE}
        ),
        "color": shape({"value": NAMED}, STYLE),
    }
)
BORDER = {"border": whole(0, 1)}
SECTION = shape({"elements": list_of(SPAN, None, 0)})
PARAGRAPH = by_type(
    {
        "rich_text_section": SECTION,
        "rich_text_list": shape(
            {
                "elements": list_of(by_type({"rich_text_section": SECTION})),
                "style": choice("bullet", "ordered"),
            },
            {"indent": whole(0, 8), "offset": whole(0), **BORDER},
        ),
        "rich_text_quote": shape({"elements": list_of(SPAN, None, 0)}, BORDER),
        "rich_text_preformatted": shape(
            {"elements": list_of(by_type({"text": TEXT, "link": LINK}), None, 0)}, {"language": string(), **BORDER}
        ),
    }
)
PARAGRAPHS = list_of(PARAGRAPH)
RICH_TEXT = shape({"elements": PARAGRAPHS}, {"block_id": string(255)})
