"""One message of every kind of block."""

from tests.localslack.kinds import (
    BIKES,
    CONFIRM,
    RICH,
    Json,
    button,
    cell,
    chart,
    line,
    mrkdwn,
    number,
    option,
    picture,
    plain,
    rich,
    series,
    small_card,
    task,
    words,
)
from tests.localslack.kinds_form import CHOOSING

LONG = (
    "Dana asked when the bike is ready and what new pads cost. The winter tune-up is covered by the Tide plan, the pads "
    "are not. The mechanic found both pairs worn below a millimetre and wrote it on the job card. "
) * 5
TABLE: Json = {
    "type": "table",
    "column_settings": [{"align": "left"}, {"is_wrapped": True}, {"align": "right"}, {"align": "center"}],
    "rows": [
        [cell("Order"), cell("What was said"), cell("Paid"), cell("State"), cell("Workshop"), cell("Ready on")],
        [
            cell("R-5518"),
            cell("The brake failed after one hour, so we walked it back to the shop"),
            number(112, "$112.00"),
            cell("Open"),
            cell("Bay 2"),
            cell("Wednesday, November 25"),
        ],
        [
            cell("R-5523"),
            rich(line(words("Wants the "), words("larger frame", bold=True))),
            number(89.5, "$89.50"),
            cell("Done"),
            cell("Bay 1"),
            cell("Tuesday, November 24"),
        ],
    ],
}
MARKDOWN = """# Weekly report
Two **things** need *you*, ~~three~~ with `code`, and [a page](https://shop.example.com/week).

## Done
1. Tune-ups
   - Saltire
     - both wheels
   - Marram
2. Refunds

- [x] Order the pads
- [ ] Call Dana

> Quoted **here**
> on two lines

```python
total = sum(job.cents for job in jobs)
```

| Bike | Jobs | Paid |
|:-----|:----:|-----:|
| Saltire | 12 | $1,242.00 |
| Marram | 3 | $84.00 |

---
Bare https://shop.example.com/jobs?id=7 and <@U0THEO> :tada:"""
CARD: Json = {
    "type": "card",
    "hero_image": picture("A green Saltire on the quay"),
    "icon": picture("Shop"),
    "title": mrkdwn("*Saltire*, serviced"),
    "subtitle": mrkdwn("Job 5518, bay 2"),
    "body": mrkdwn("New pads and a trued wheel. Ready on *Wednesday*."),
    "subtext": mrkdwn("Checked by <@U0JO>"),
    "actions": [button("Tell Dana", "card.tell", style="primary"), button("Hold", "card.hold")],
}


WORKING = task(
    3,
    "Writing the answer to Dana",
    "in_progress",
    details=rich(line(words("Looking up the price of brake pads for members"))),
    output=rich(line(words("$30.40 with the Tide plan", bold=True))),
    sources=[
        {"type": "url", "url": "https://shop.example.com/tide", "text": "Tide plan"},
        {"type": "url", "url": "https://shop.example.com/prices", "text": "Prices"},
    ],
)

MESSAGES: dict[str, list[Json]] = {
    "text": [
        {"type": "header", "text": plain("Refund $84.00 to Lionel Park?")},
        {
            "type": "context",
            "elements": [
                picture("Billing"),
                mrkdwn("*Billing agent* · T-1057 · :hourglass_flowing_sand: 0 of 2 approvals"),
            ],
        },
        {
            "type": "section",
            "text": mrkdwn(
                "*Bold*, _italic_, ~struck~, `code`, 2*3*4 and snake_case_name. <@U0THEO> and <!here>, "
                "<https://shop.example.com|the shop>.\n> Quoted\n> twice\n```total = 84```"
            ),
            "accessory": button("Why?", "why"),
        },
        {
            "type": "section",
            "fields": [
                mrkdwn("*Paid*\n$112.00"),
                mrkdwn("*We keep*\n$28.00"),
                mrkdwn("*Order*\nR-5518"),
                mrkdwn("*By when*\ntoday at 2:45 PM"),
            ],
        },
        {"type": "divider"},
        {"type": "section", "text": mrkdwn(LONG)},
        {"type": "section", "text": plain("A picture beside it :bike:"), "accessory": picture("Saltire, green")},
        {
            "type": "actions",
            "elements": [
                button("Approve $84.00 refund", "yes", style="primary", confirm=CONFIRM),
                button("Edit…", "edit"),
                button("Undo", "undo", style="danger"),
                button("Open the order in the shop's own system", "open", url="https://shop.example.com/r/5518"),
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [
                        option("Reassign…", "re", "To somebody else"),
                        option("Later…", "later"),
                        {"text": plain("Open the order"), "value": "open", "url": "https://shop.example.com/r"},
                    ],
                },
            ],
        },
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "rate",
                    "positive_button": {"text": plain("Good answer"), "value": "good"},
                    "negative_button": {"text": plain("Bad answer"), "value": "bad"},
                },
                {"type": "icon_button", "action_id": "drop", "icon": "trash", "text": plain("Delete"), "value": "it"},
            ],
        },
    ],
    "rich": [RICH],
    "markdown": [{"type": "markdown", "text": MARKDOWN}],
    "tables": [TABLE],
    "data table": [
        {
            "type": "data_table",
            "caption": "Jobs of the week",
            "page_size": 3,
            "rows": [
                [cell("Bike"), cell("Jobs"), cell("Paid")],
                *(
                    [cell(name), number(n * 7 % 11, str(n * 7 % 11)), number(n * 31.5, f"${n * 31.5:.2f}")]
                    for n, name in enumerate(BIKES[:7], 1)
                ),
            ],
        }
    ],
    "pictures": [
        {"type": "image", "title": plain("The bike"), **picture("A green Saltire on the quay")},
        {
            "type": "video",
            "title": plain("How to true a wheel"),
            "title_url": "https://video.example.com/w",
            "video_url": "https://video.example.com/embed/w",
            "thumbnail_url": "https://video.example.com/w.png",
            "alt_text": "Hands at a wheel stand",
            "description": plain("Six minutes, no special tools"),
            "provider_name": "Workshop TV",
            "author_name": "Jo Beckett",
        },
    ],
    "cards": [CARD],
    "carousel": [{"type": "carousel", "elements": [small_card(name, n) for n, name in enumerate(BIKES[:5], 1)]}],
    "containers": [
        {
            "type": "container",
            "title": plain("Two records selected"),
            "subtitle": plain("Look before you confirm"),
            "has_header_divider": True,
            "width": "standard",
            "icon": picture("Records"),
            "child_blocks": [
                {"type": "section", "text": mrkdwn("*R-5518* open to closed")},
                {"type": "divider"},
                {"type": "actions", "elements": [button("Confirm", "both", style="primary")]},
            ],
        },
        {
            "type": "container",
            "title": plain("More, folded away"),
            "is_collapsible": True,
            "default_collapsed": True,
            "child_blocks": [{"type": "section", "text": mrkdwn("Now you see it")}],
        },
    ],
    "plan": [
        {
            "type": "plan",
            "title": "Answering Dana",
            "tasks": [
                task(1, "Read the mail", "complete", output=rich(line(words("Asks for a date and a price")))),
                task(2, "Looked for the job card", "error"),
                WORKING,
                task(4, "Send it", "pending"),
            ],
        }
    ],
    "task": [WORKING],
    "pie and bars": [
        {
            "type": "data_visualization",
            "title": "How the mails ended",
            "chart": {
                "type": "pie",
                "segments": [
                    {"label": name, "value": value}
                    for name, value in (("As written", 61), ("Edited", 18), ("Rejected", 7), ("Expired", 2))
                ],
            },
        },
        chart(
            "Jobs each day",
            "bar",
            series("Tune-ups", 12, 9, 14, 8, 17),
            series("Repairs", 5, 7, 3, 9, 6),
            series("Returns", -2, -1, 0, -3, -1),
        ),
    ],
    "lines": [
        chart(
            "Came in and taken care of",
            "line",
            series("Came in", 4, 11, 14, 9, 13),
            series("Taken care of", 3, 9, 13, 10, 12),
        ),
        chart(
            "Takings",
            "area",
            series("Hire", 1200, 900, 1400, 1900, 2400.5),
            series("Repair", 400, 700, 300, 900, 650),
            y_label="Dollars",
        ),
    ],
    "remote": [
        {"type": "file", "external_id": "job-card-5518", "source": "remote"},
        {
            "type": "call",
            "call_id": "R0CALL",
            "call": {"v1": {"name": "Stand-up", "join_url": "https://call.example.com"}},
        },
        {
            "type": "auth_provider",
            "value": "books",
            "name": plain("The books"),
            "description": plain("Where the invoices are"),
            "is_connected": False,
            "auth_url": "https://books.example.com/connect",
        },
    ],
    "choosing": CHOOSING,
}
