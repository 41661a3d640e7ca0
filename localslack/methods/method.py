"""What one method of the Web API is: its function, and what it asks of the caller."""

from collections.abc import Callable
from dataclasses import dataclass, field

from localslack.config import App
from localslack.methods import scopes
from localslack.methods.call import Call
from localslack.methods.scopes import ANYWHERE, ByKind
from localslack.wire import Json

APP_TOKEN = "xapp-"  # noqa: S105 - the beginning of every app token, no secret
BOT_TOKEN = "xoxb-"  # noqa: S105 - the beginning of every bot token, no secret


@dataclass(frozen=True)
class Method:
    """One method of the Web API. An empty `token` means that none is needed.

    One of `scopes` is enough, and with `by_kind` one for the kind of the conversation. A method that is `form_only` does not
    read JSON, as its page says; Slack then drops such a body without a word.
    """

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    token: str = BOT_TOKEN
    by_kind: ByKind = field(default_factory=lambda: ANYWHERE)
    form_only: bool = False

    def check_scopes(self, app: App) -> None:
        """Refuse with `missing_scope` what the app may do nowhere; `Call.room` looks at the conversation then."""
        scopes.check(app, self.scopes)
        scopes.check_any(app, self.by_kind)
