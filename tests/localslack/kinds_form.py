"""Everything somebody can choose or fill in: in a message, and as inputs of a form."""

from tests.localslack.kinds import BIKES, Json, field, mrkdwn, option, options, plain

CHOOSING: list[Json] = [
    {
        "type": "actions",
        "block_id": "choose",
        "elements": [
            {
                "type": "static_select",
                "action_id": "bay",
                "placeholder": plain("Which bay"),
                "options": options("Bay 1", "Bay 2", "Bay 3"),
            },
            {"type": "users_select", "action_id": "who", "placeholder": plain("Who does it")},
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-25"},
            {"type": "timepicker", "action_id": "at", "initial_time": "15:00"},
        ],
    },
    {
        "type": "section",
        "block_id": "several",
        "text": mrkdwn("*Which bikes*"),
        "accessory": {
            "type": "multi_static_select",
            "action_id": "bikes",
            "placeholder": plain("Choose bikes"),
            "options": options(*BIKES),
        },
    },
    {
        "type": "section",
        "block_id": "tick",
        "text": mrkdwn("*What was done*"),
        "accessory": {
            "type": "checkboxes",
            "action_id": "done",
            "options": [option("Pads", "pads", "Both pairs"), option("Wheel", "wheel")],
        },
    },
    {
        "type": "section",
        "block_id": "radio",
        "text": mrkdwn("*How it went*"),
        "accessory": {"type": "radio_buttons", "action_id": "went", "options": options("Well", "Badly")},
    },
]

INPUTS: list[Json] = [
    field(
        "line",
        "Subject",
        {"type": "plain_text_input", "placeholder": plain("A few words"), "max_length": 30},
        hint=plain("The customer reads this"),
    ),
    field(
        "text",
        "Answer",
        {"type": "plain_text_input", "multiline": True, "initial_value": "Hi Dana,\n\nyour bike is ready."},
    ),
    field("mail", "Mail", {"type": "email_text_input", "placeholder": plain("name@example.com")}, optional=True),
    field("url", "Page", {"type": "url_text_input"}, optional=True),
    field(
        "sum",
        "Amount",
        {"type": "number_input", "is_decimal_allowed": True, "min_value": "0", "max_value": "200"},
        optional=True,
    ),
    field("few", "Bay", {"type": "static_select", "options": options("Bay 1", "Bay 2", "Bay 3")}, optional=True),
    field(
        "long",
        "Bike",
        {
            "type": "static_select",
            "placeholder": plain("Choose a bike"),
            "option_groups": [
                {"label": plain("Road"), "options": options(*BIKES[:6])},
                {"label": plain("Electric"), "options": options(*BIKES[6:])},
            ],
        },
        optional=True,
    ),
    field(
        "many",
        "Extras",
        {
            "type": "multi_static_select",
            "max_selected_items": 2,
            "options": options("Lights", "Lock", "Child seat", "Basket"),
        },
        optional=True,
    ),
    field(
        "order",
        "Order",
        {"type": "external_select", "min_query_length": 2, "placeholder": plain("Type an order")},
        optional=True,
    ),
    field("orders", "Other orders", {"type": "multi_external_select", "min_query_length": 0}, optional=True),
    field("user", "Who", {"type": "users_select"}, optional=True),
    field("users", "Also", {"type": "multi_users_select"}, optional=True),
    field("room", "Where", {"type": "channels_select"}, optional=True),
    field("talks", "And where", {"type": "multi_conversations_select"}, optional=True),
    field("day", "Day", {"type": "datepicker"}, optional=True),
    field("time", "Time", {"type": "timepicker", "timezone": "America/New_York"}, optional=True),
    field("when", "Moment", {"type": "datetimepicker"}, optional=True),
    field(
        "ticks",
        "Done",
        {"type": "checkboxes", "options": [option("Pads", "pads", "Both pairs"), option("Wheel", "wheel")]},
        optional=True,
    ),
    field("radio", "Went", {"type": "radio_buttons", "options": options("Well", "Badly")}, optional=True),
    field(
        "rich",
        "Note",
        {"type": "rich_text_input", "placeholder": plain("What the next one should know")},
        optional=True,
    ),
    field("file", "Photos", {"type": "file_input", "filetypes": ["png", "jpg"], "max_files": 2}, optional=True),
]

ALERTS = [
    {"type": "alert", "level": level, "text": mrkdwn(f"*{level.capitalize()}*: the price list is two days old.")}
    for level in ("default", "info", "success", "warning", "error")
]
