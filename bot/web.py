"""Clients for Slack's Web API, as the bot uses them: no retries of their own, and no proxy on the way to this machine.

A client that retries by itself posts twice when an answer is lost: `chat.postMessage` has no idempotency key. The desk knows when
to try again.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlparse

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from core.settings import LOCAL_APP_TOKEN, LOCAL_BOT_TOKEN, LOOPBACK, Settings

TIMEOUT_S = 10
KEPT_OPEN_S = 10  # an idle connection; shorter than any server does, so that no call runs into one that is just closing
NO_ANSWER = (aiohttp.ClientError, asyncio.TimeoutError, OSError, SlackClientError)  # to be caught after SlackApiError
MAYBE_DONE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})


def is_loopback(settings: Settings) -> bool:
    """Whether Slack is the local workspace on this machine."""
    return urlparse(settings.slack_api_url).hostname in LOOPBACK


def bot_token(settings: Settings) -> str:
    """The bot's token; the local workspace's own where none is set."""
    return settings.slack_bot_token or LOCAL_BOT_TOKEN


def app_token(settings: Settings) -> str:
    """The app-level token for Socket Mode; empty where requests come over signed HTTP."""
    if settings.slack_app_token or settings.slack_signing_secret or not settings.local_workspace:
        return settings.slack_app_token
    return LOCAL_APP_TOKEN


def client_of(settings: Settings) -> AsyncWebClient:
    """A client with the bot's token. It retries nothing."""
    client = AsyncWebClient(
        token=bot_token(settings), base_url=settings.slack_api_url, timeout=TIMEOUT_S, retry_handlers=[]
    )
    if is_loopback(settings):
        client.proxy = None  # the SDK has read the environment's proxy, which leads away from this machine
    return client


def kept_open() -> aiohttp.ClientSession:
    """Connections that serve one call after the other on this loop, where the SDK would open one for each."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), connector=aiohttp.TCPConnector(keepalive_timeout=KEPT_OPEN_S)
    )


def error_of(error: SlackApiError) -> str:
    """Slack's own name for what went wrong."""
    response = error.response
    found = response.get("error") if hasattr(response, "get") else None
    return str(found or "unexpected_answer")


def status_of(error: SlackApiError) -> int:
    """The HTTP status of the answer; 0 when there was none."""
    return int(getattr(error.response, "status_code", 0) or 0)


def retry_after(error: SlackApiError) -> float | None:
    """The seconds that Slack wants us to wait; None unless it was too much for it."""
    if status_of(error) != 429 and error_of(error) != "ratelimited":
        return None
    headers = getattr(error.response, "headers", {}) or {}
    value = headers.get("Retry-After") or headers.get("retry-after") or "1"
    return float(value[0] if isinstance(value, list) else value)


def maybe_done(error: SlackApiError) -> bool:
    """Whether the call may have been carried out although Slack said that it was not."""
    return status_of(error) >= 500 or error_of(error) in MAYBE_DONE
