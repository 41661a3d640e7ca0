"""An app that was taken out of the workspace hears nothing any more, whatever people do."""

from localslack import views
from localslack.acts.seen import NOT_A_COMMAND
from localslack.team import changes
from tests.localslack.acting import TROUBLE, block_with, field, modal, opened, plain, posted, press, submit
from tests.localslack.support import Local
from tests.localslack.test_events import told
from tests.localslack.test_sockets import plugged

BUTTON = {"type": "button", "action_id": "a", "text": plain("Go")}


async def test_an_app_that_is_not_installed_hears_of_no_press_form_command_or_message(local: Local) -> None:
    ts = await posted(local, block_with("actions", BUTTON))
    view = await opened(local, field("f"), notify_on_close=True)
    local.workspace.state.run("DELETE FROM deliveries")
    async with plugged(local) as socket:
        changes.uninstall(local.workspace)
        local.workspace.state.run("DELETE FROM deliveries")
        pressed = await local.act(**press(ts))
        sent = await local.act(**submit(view, f={"a": "x"}))
        command = await local.act(do="say", me="U0THEO", channel="support-desk", text="/baton help")
        shortcut = await local.act(do="shortcut", me="U0THEO", callback_id="any")
        assert (await local.act(do="close", me="U0THEO", view_id=view["id"]))["ok"]
        assert (await local.act(do="say", me="U0THEO", channel="support-desk", text="hello"))["ok"]
        assert told(local) == []
        changes.install(local.workspace)
        await local.act(do="say", me="U0THEO", channel="support-desk", text="again")
        first = await socket.receive_json(timeout=5)
    assert first["payload"]["event"]["text"] == "again"
    assert (pressed["ok"], sent["error"], shortcut["ok"]) == (False, TROUBLE, False)
    assert command["error"] == NOT_A_COMMAND.said(command="/baton")


async def test_a_form_that_nobody_takes_stays_open(local: Local) -> None:
    view = await opened(local, *modal(field("f"))["blocks"])
    changes.uninstall(local.workspace)
    await local.act(**submit(view, f={"a": "x"}))
    assert [each.id for each in views.stack(local.workspace, "U0THEO")] == [view["id"]]
