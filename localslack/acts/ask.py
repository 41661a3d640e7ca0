"""Handing something to the app and hearing what it says."""

from localslack.line.port import Acked, Outcome, Unanswered, Why
from localslack.team.changes import installed
from localslack.wire import Json, mended
from localslack.workspace import Workspace


async def ask(workspace: Workspace, kind: str, payload: Json, accepts: bool) -> Outcome:
    """Return what became of it; `kind` and `accepts` as in `localslack.line.port`.

    An app that was taken out of the workspace is not asked.
    """
    if not installed(workspace):
        return Unanswered(Why.NOT_CONNECTED)
    outcome = await workspace.line.deliver(kind, payload, accepts=accepts)
    match outcome:
        case Acked(dict() as said):
            return Acked(mended(said))
    return outcome
