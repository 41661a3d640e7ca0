"""api.test, auth.test, apps.connections.open, team.info, bots.info."""

from localslack.methods.call import Call
from localslack.wire import Json, SlackError


def api_test(call: Call) -> Json:
    """Say that the API is there: https://docs.slack.dev/reference/methods/api.test"""
    error = call.args.text("error")
    if error:
        raise SlackError(error)
    return {"args": {}}


def auth_test(call: Call) -> Json:
    """Say who the token belongs to: https://docs.slack.dev/reference/methods/auth.test"""
    team = call.workspace.team
    return {
        "url": call.workspace.base_url + "/",
        "team": team.name,
        "user": call.workspace.app.name.lower(),
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "app_id": team.app_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> Json:
    """Hand out the address of one socket: https://docs.slack.dev/reference/methods/apps.connections.open"""
    base = call.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/_socket?ticket={call.workspace.sockets.ticket()}&app_id={call.workspace.team.app_id}"}


def team_info(call: Call) -> Json:
    """Describe the workspace: https://docs.slack.dev/reference/methods/team.info"""
    team = call.workspace.team
    if call.args.text("team") not in {None, "", team.id}:
        raise SlackError("team_not_found")
    shown = {
        "id": team.id,
        "name": team.name,
        "domain": team.domain,
        "email_domain": "",
        "icon": {"image_default": True},
    }
    return {"team": {**shown, "url": call.workspace.base_url + "/"}}


def bots_info(call: Call) -> Json:
    """Describe the bot: https://docs.slack.dev/reference/methods/bots.info"""
    team = call.workspace.team
    if call.args.text("bot") not in {None, "", team.bot_id}:
        raise SlackError("bot_not_found")
    bot = {"id": team.bot_id, "deleted": False, "name": call.workspace.app.name, "updated": 0, "app_id": team.app_id}
    return {"bot": {**bot, "user_id": team.bot_user, "icons": {}}}
