"""api.test, auth.*, apps.connections.open, team.*, bots.info, emoji.list: https://docs.slack.dev/reference/methods"""

from localslack.clock import seconds
from localslack.methods.call import Call
from localslack.team import changes
from localslack.team.people import icons_of
from localslack.wire import Json, SlackError


def api_test(call: Call) -> Json:
    """Say that the API is there, and what it was asked."""
    error, args = call.args.text("error"), call.args.everything()
    if error:
        raise SlackError(error, extra={"args": args})
    return {"args": args}


def auth_test(call: Call) -> Json:
    """Say who the token belongs to."""
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


def revoke(call: Call) -> Json:
    """Give the bot token back, and with it the app's place in the workspace; with `test` nothing happens."""
    if call.args.flag("test"):
        return {"revoked": False}
    changes.uninstall(call.workspace)
    return {"revoked": True}


def connections_open(call: Call) -> Json:
    """Hand out the address of one socket."""
    base = call.workspace.base_url.replace("http", "ws", 1)
    return {"url": f"{base}/_socket?ticket={call.workspace.sockets.ticket()}&app_id={call.workspace.team.app_id}"}


def team_info(call: Call) -> Json:
    """Describe the workspace."""
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


def team_profile(call: Call) -> Json:
    """Return the fields of the team's profiles; there are none beyond Slack's own."""
    if call.args.text("visibility") not in {None, "", "all", "visible", "hidden"}:
        raise SlackError("invalid_arguments")
    return {"profile": {"fields": [], "sections": []}}


def bots_info(call: Call) -> Json:
    """Describe the bot."""
    team = call.workspace.team
    if call.args.text("bot") not in {None, "", team.bot_id}:
        raise SlackError("bot_not_found")
    bot = {"id": team.bot_id, "deleted": False, "name": call.workspace.app.name, "updated": 0, "app_id": team.app_id}
    return {"bot": {**bot, "user_id": team.bot_user, "icons": icons_of(call.workspace.base_url)}}


def emoji(call: Call) -> Json:
    """List the team's own emoji; there are none."""
    more: Json = {"categories": [], "categories_version": "5"} if call.args.flag("include_categories") else {}
    return {"emoji": {}, "cache_ts": f"{seconds(call.workspace.clock):.6f}", **more}
