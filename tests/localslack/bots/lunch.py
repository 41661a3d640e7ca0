"""A bot that orders lunch: slack-bolt's sync `App` behind its own HTTP server."""

import os
import time

from slack_bolt import App
from slack_sdk import WebClient

client = WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
orders = []


def order_form(channel):
    return {
        "type": "modal",
        "callback_id": "order",
        "private_metadata": channel,
        "title": {"type": "plain_text", "text": "Order lunch"},
        "submit": {"type": "plain_text", "text": "Order"},
        "blocks": [
            {
                "type": "input",
                "block_id": "dish",
                "label": {"type": "plain_text", "text": "What"},
                "element": {"type": "plain_text_input", "action_id": "name"},
            },
            {
                "type": "input",
                "block_id": "amount",
                "label": {"type": "plain_text", "text": "How many"},
                "element": {"type": "number_input", "action_id": "number", "is_decimal_allowed": False},
            },
        ],
    }


@app.command("/lunch")
def lunch(ack, command):
    ack(
        response_type="in_channel",
        text=f"<@{command['user_id']}> asks: who is hungry?",
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": f"<@{command['user_id']}> asks: who is hungry?"}},
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "hungry", "text": {"type": "plain_text", "text": "I am"}}],
            },
        ],
    )


@app.action("hungry")
def hungry(ack, body, client):
    ack()
    client.views_open(trigger_id=body["trigger_id"], view=order_form(body["channel"]["id"]))


@app.view("order")
def ordered(ack, body, view, client):
    values = view["state"]["values"]
    dish, amount = values["dish"]["name"]["value"], int(values["amount"]["number"]["value"])
    if amount > 20:
        ack(response_action="errors", errors={"amount": "The kitchen makes twenty at most"})
        return
    ack()
    orders.append(f"{amount} x {dish}")
    text = f"<@{body['user']['id']}> takes {amount} x {dish}"
    cancel = {
        "type": "button",
        "action_id": "cancel",
        "style": "danger",
        "text": {"type": "plain_text", "text": "Cancel"},
    }
    client.chat_postMessage(
        channel=view["private_metadata"] or body["user"]["id"],
        text=text,
        blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": text}, "accessory": cancel}],
    )


@app.action("cancel")
def cancel(ack, body, client):
    ack()
    client.chat_update(
        channel=body["channel"]["id"],
        ts=body["message"]["ts"],
        text=f"~{body['message']['text']}~ Not hungry any more.",
        blocks=[],
    )


@app.event("app_home_opened")
def home(event, client):
    if event["tab"] != "home":
        return
    lines = "\n".join(f"• {order}" for order in orders) or "Nothing yet."
    client.views_publish(
        user_id=event["user"],
        view={
            "type": "home",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Today's orders"}},
                {"type": "section", "text": {"type": "mrkdwn", "text": lines}},
            ],
        },
    )


@app.event("app_mention")
def mentioned(event, body, client, say):
    text, channel, thread = event["text"], event["channel"], event["ts"]
    if "menu" in text:
        client.files_upload_v2(
            channel=channel, content="Monday: soup\nTuesday: curry\n", filename="menu.txt", initial_comment="This week:"
        )
    elif "remind" in text:
        client.chat_scheduleMessage(channel=channel, post_at=int(time.time()) + 120, text="Lunch is here!")
    elif "advise" in text:
        stream = client.chat_stream(
            channel=channel,
            thread_ts=thread,
            recipient_team_id=body["team_id"],
            recipient_user_id=event["user"],
            buffer_size=1,
        )
        for piece in ("Take ", "the **curry**", ", it is Tuesday."):
            stream.append(markdown_text=piece)
        stream.stop()
    else:
        say(text="Try `/lunch`.", thread_ts=thread)


@app.shortcut("order_lunch")
def order_anywhere(ack, shortcut, client):
    ack()
    client.views_open(trigger_id=shortcut["trigger_id"], view=order_form(""))


@app.shortcut("tasty")
def tasty(ack, shortcut, client):
    ack()
    client.reactions_add(channel=shortcut["channel"]["id"], timestamp=shortcut["message"]["ts"], name="yum")


@app.event("message")
def heard(event):
    """Everything that is no mention."""


if __name__ == "__main__":
    app.start(port=int(os.environ["PORT"]))
