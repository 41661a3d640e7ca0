"""What every interaction payload carries, as Slack sends it (shapes: slackapi/java-slack-sdk `json-logs`)."""

from localslack.team.rooms import Room
from localslack.wire import Json
from localslack.workspace import Workspace


def common(workspace: Workspace, kind: str, user: str) -> Json:
    """Return the fields that presses, suggestions and views share."""
    return {
        "type": kind,
        "team": team(workspace),
        "user": {**who(workspace, user), "name": workspace.person(user).handle},
        "api_app_id": workspace.team.app_id,
        "token": "local",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def team(workspace: Workspace) -> Json:
    """Return the team that installed the app, also when somebody of another company acts (java-slack-sdk#1041)."""
    return {"id": workspace.team.id, "domain": workspace.team.domain}


def who(workspace: Workspace, user: str) -> Json:
    """Return who acts, with the team they belong to."""
    person = workspace.person(user)
    return {"id": user, "username": person.handle, "team_id": person.team}


def named(room: Room) -> Json:
    """Return a conversation as payloads name it."""
    name = "directmessage" if room.kind == "im" else "privategroup" if room.private else room.name
    return {"id": room.id, "name": name}


def response_url(workspace: Workspace, hook_id: str) -> str:
    """Return the address of a response URL."""
    return f"{workspace.base_url}/_hooks/{hook_id}"
