"""Files that people put into a form."""

from typing import Any

from localslack.acts.seen import NotPossibleError
from localslack.files import shares as file_shares
from localslack.files import store as files
from localslack.wire import Json
from localslack.workspace import Workspace

MOST_FILES = 10
LARGEST_INPUT = 10 * 1024 * 1024
"""https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""


def files_of(workspace: Workspace, user: str, element: Json, raw: Any) -> list[Json]:
    """Return file objects for a list of file ids; refuses what is not the person's own or not what the input takes."""
    wanted = raw if isinstance(raw, list) else [] if raw in (None, "") else [raw]
    if len(wanted) > int(element.get("max_files") or MOST_FILES):
        raise NotPossibleError(f"{element['action_id']} takes {element.get('max_files') or MOST_FILES} files at most")
    return [_file(workspace, user, element, str(each)) for each in wanted]


def hand_over(workspace: Workspace, user: str, state: Json) -> None:
    """Let the app see the files of a form that is about to be sent."""
    for values in state.values():
        for value in values.values():
            if value["type"] == "file_input":
                file_shares.hand_over(workspace, user, [each["id"] for each in value["files"]])


def _file(workspace: Workspace, user: str, element: Json, file_id: str) -> Json:
    found = files.get(workspace, file_id)
    if found is None or found.user != user or found.state != "done":
        raise NotPossibleError(f"{user} has no file {file_id}")
    ending = found.body["name"].rpartition(".")[2].lower()
    endings = [str(each).lower() for each in element.get("filetypes") or []]
    if endings and not {ending, found.body["filetype"]} & set(endings):
        raise NotPossibleError(f"{element['action_id']} takes {', '.join(endings)}")
    if found.body["size"] > LARGEST_INPUT:
        raise NotPossibleError(f"{found.body['name']} is larger than 10 MB")
    return file_shares.described(workspace, found)
