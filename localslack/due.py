"""What happens by itself when its time has come."""

from localslack.talk import scheduled, sessions
from localslack.workspace import Workspace


def tick(workspace: Workspace) -> None:
    """Post the messages that are due, and take away what the app said it was doing two minutes ago."""
    scheduled.post_due(workspace)
    sessions.expire(workspace)
