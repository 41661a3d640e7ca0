"""Methods of Slack's that are not built here, told from names that Slack does not know either."""

from slack_sdk import WebClient


def on_slack(name: str) -> bool:
    """Return whether Slack's own client has a method of this name."""
    return callable(getattr(WebClient, name.replace(".", "_"), None)) and "." in name
