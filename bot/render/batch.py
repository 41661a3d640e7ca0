"""A list's rows as its card; how each request stands is said by the request itself."""

from __future__ import annotations

from bot.cards import batch
from bot.cards.batch import SPOKEN_ABOUT, TAKEN_BACK, BatchCard, BatchRow
from bot.cards.blocks import Ref
from bot.cards.operations import wording
from bot.render.approval import deciders, parts
from bot.render.effect import last_of
from bot.render.scene import Drawn, Row, Scene, agent_name, queue_name
from bot.render.undo import last_undo, undo_words
from core.errors import Bug
from core.moment import from_us
from policies.rules import gather as rules
from workflows import calling, gather, views
from workflows.views import RequestView


def draw(scene: Scene, card: Row) -> Drawn:
    """The list as it stands now."""
    made = batch_card(scene, str(card["subject_id"]))
    if made is None:
        raise Bug(f"card {card['id']} shows no list")
    return Drawn(batch.render(made))


def batch_card(scene: Scene, batch_id: str) -> BatchCard | None:
    """All that the list shows; None for an unknown one."""
    pending = scene.ledger.rows("batch.pending", batch=batch_id)
    waits = {str(row[0]) for row in pending}
    found = [views.request_view(scene.ledger, str(row[0])) for row in scene.ledger.rows("batch.items", batch=batch_id)]
    all_of = [view for view in found if view is not None]
    if not all_of:
        return None
    open_ones = [view for view in all_of if view.request["id"] in waits]
    first = (open_ones or all_of)[0]
    asked, _, resolved = parts(first)
    participle = wording(resolved.operation).participle
    return BatchCard(
        ref=Ref(batch_id, gather.number_of(pending)), agent=agent_name(first.request["agent"]), zone=scene.zone,
        waiting=tuple(_row(scene, each, participle, is_open=True) for each in open_ones),
        ended=tuple(_row(scene, each, participle, is_open=False) for each in all_of if each not in open_ones),
        wording_text=(rules.wording(resolved) or "") if resolved.body else "", deciders=deciders(scene, first)[0],
        due_at=min((from_us(each.request["due_at"]) for each in open_ones), default=None),
        on_expiry_words=f"None is {participle}, and {queue_name(asked.on_expiry)} gets the tasks.",
        undo_words=undo_words(scene.policy, resolved),
    )  # fmt: skip


def _row(scene: Scene, view: RequestView, participle: str, *, is_open: bool) -> BatchRow:
    _, proposal, resolved = parts(view)
    request = view.request
    words = ""
    if not is_open:
        decided = last_of(view.decisions, "approve", "reject")
        who = calling.name_of(scene.ledger, scene.policy, decided.person) if decided else ""
        effect = str(view.effect["state"]) if view.effect else ""
        undo = last_undo(scene, view.effect) if view.effect else None
        effect = TAKEN_BACK if undo and undo["state"] == "sent" else effect
        state = SPOKEN_ABOUT if request["state"] == "pending" and not request["assignee"] else request["state"]
        words = batch.ended_words(state, participle, effect, who)
    return BatchRow(Ref(request["id"], request["version"]), view.task.id, resolved, proposal.reason, words)
