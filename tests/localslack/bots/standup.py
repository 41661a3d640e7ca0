"""A bot that asks for the daily standup: slack-bolt's `AsyncApp` over Socket Mode."""

import asyncio
import os
import time

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = AsyncApp(client=client)
TOPICS = ("Billing", "Deliveries", "Orders", "Returns")
reports = {}


def report_form(channel):
    return {
        "type": "modal",
        "callback_id": "report",
        "private_metadata": channel,
        "title": {"type": "plain_text", "text": "Standup"},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Later"},
        "blocks": [
            {
                "type": "input",
                "block_id": "today",
                "label": {"type": "plain_text", "text": "What do you do today?"},
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
            },
            {
                "type": "input",
                "block_id": "topic",
                "optional": True,
                "label": {"type": "plain_text", "text": "About"},
                "element": {
                    "type": "external_select",
                    "action_id": "topic",
                    "min_query_length": 1,
                    "placeholder": {"type": "plain_text", "text": "A topic"},
                },
            },
        ],
    }


@app.command("/standup")
async def standup(ack, command, respond):
    await ack()
    await respond(
        response_type="in_channel",
        text="Time for the standup",
        blocks=[
            {"type": "header", "text": {"type": "plain_text", "text": "Time for the standup"}},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "report",
                        "style": "primary",
                        "text": {"type": "plain_text", "text": "Report"},
                        "value": command["user_id"],
                    },
                    {"type": "button", "action_id": "skip", "text": {"type": "plain_text", "text": "Skip today"}},
                ],
            },
        ],
    )


@app.action("report")
async def report(ack, body, client):
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=report_form(body["channel"]["id"]))


@app.action("skip")
async def skip(ack, respond):
    await ack()
    await respond(response_type="ephemeral", replace_original=False, text="See you tomorrow.")


@app.options("topic")
async def topics(ack, payload):
    found = [topic for topic in TOPICS if payload["value"].lower() in topic.lower()]
    await ack(options=[{"text": {"type": "plain_text", "text": each}, "value": each.lower()} for each in found])


@app.view("report")
async def reported(ack, body, view, client):
    said = view["state"]["values"]["today"]["text"]["value"]
    if len(said) < 10:
        await ack(response_action="errors", errors={"today": "A little more, please"})
        return
    await ack()
    reports[body["user"]["id"]] = said
    if view["private_metadata"]:
        await client.chat_postMessage(channel=view["private_metadata"], text=f"<@{body['user']['id']}>: {said}")


@app.event("app_home_opened")
async def home(event, client):
    if event["tab"] != "home":
        return
    mine = reports.get(event["user"], "You have not reported yet.")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": mine}}]
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


@app.event("app_mention")
async def mentioned(event, body, client, say):
    text, channel, thread = event["text"], event["channel"], event["ts"]
    if "summary" in text:
        summary = "Reports so far:\n" + "\n".join(reports.values())
        await client.files_upload_v2(channel=channel, content=summary, filename="summary.txt", thread_ts=thread)
    elif "tomorrow" in text:
        made = await client.chat_scheduleMessage(channel=channel, post_at=int(time.time()) + 600, text="Good morning!")
        await client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=made["scheduled_message_id"])
        await client.chat_scheduleMessage(channel=channel, post_at=int(time.time()) + 120, text="Good morning, all!")
    elif "story" in text:
        stream = await client.chat_stream(
            channel=channel, thread_ts=thread, recipient_team_id=body["team_id"], recipient_user_id=event["user"]
        )
        for piece in ("Once upon a time ", "there was a ticket. "):
            await stream.append(markdown_text=piece)
        await stream.stop(markdown_text="The end.")
    else:
        await say(text="Try `/standup`.", thread_ts=thread)


@app.shortcut("report_now")
async def report_now(ack, shortcut, client):
    await ack()
    await client.views_open(trigger_id=shortcut["trigger_id"], view=report_form(""))


@app.shortcut("quote")
async def quote(ack, shortcut, client):
    await ack()
    message = shortcut["message"]
    await client.chat_postMessage(
        channel=shortcut["channel"]["id"], thread_ts=message["ts"], text=f"Quoted: {message['text']}"
    )


@app.event("message")
async def heard():
    """Everything that is no mention."""


async def main():
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()


if __name__ == "__main__":
    asyncio.run(main())
