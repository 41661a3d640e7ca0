"""What each button does: one call into the core, in a click's thread. It gives a private line, or None: the card says it."""

from __future__ import annotations

from typing import assert_never

from bot.cards import approval, replies
from bot.cards.blocks import Json, Ref, parse_ref
from bot.face import Click, Face
from bot.render.effect import last_of
from core.contract.authority import Approved, Decision, Pending, Refused, Rejected, Standing, Verb
from core.contract.base import EffectId, RequestId
from core.moment import from_us
from core.ports import Member
from policies.rules import authority
from workflows import views
from workflows.control import Resumed, Unchanged
from workflows.takeover import Taken
from workflows.views import RequestView

_DID = {"approve": "approved it", "reject": "rejected it", "edit": "changed it"}
_ENDED = {"expired": "the time ran out", "closed": "it was withdrawn", "taken": "a person took the task"}
_CLEARED = {"went_out": "said that it went through", "did_not_go_out": "said that it did not go through"}
NOT_FOUND = Refused(code="not_found", reason="This card belongs to nothing that Baton knows.")
NO_ROLE = Refused(code="not_the_role", reason="You have no role in Baton yet. Ask the owner to give you one.")
ON_ITS_WAY = (
    "It may still be on its way. That it did not go through can be said a few seconds after the call has run out."
)
TRIED = "It is being tried already, or it answers again. The card says how it stands."
OLD_BUTTON = "This button does nothing any more. Ask for the task by its number."


def approve(face: Face, click: Click) -> Json | None:
    """A yes to exactly what the card showed."""
    return decide(face, click.member, parse_ref(click.value), "approve", seconds=click.seconds)


def decide(
    face: Face, member: Member, ref: Ref, verb: Verb, *, reason: str = "", note: str = "", surface: str = "card",
    seconds: int | None = None,
) -> Json | None:  # fmt: skip
    """One person's answer to a request; a refusal comes back as words for that person only."""
    decision = Decision(
        request_id=RequestId(ref.id), version=ref.version, person=member.user_id, verb=verb, reason=reason, note=note,
        surface=surface, seconds=seconds, details_opened=face.has_read(member.user_id, ref.id),
    )  # fmt: skip
    return words(face, ref.id, face.services.people.decide(decision, member))


def words(face: Face, request_id: str, standing: Standing) -> Json | None:
    """Nothing where the card says it; else why the answer does not count."""
    match standing:
        case Pending() | Approved() | Rejected():
            return None
        case Refused():
            return refusal(face, request_id, standing)
        case _:
            assert_never(standing)


def refusal(face: Face, request_id: str, refused: Refused) -> Json:
    """Why it does not count; of what is over, who ended it, when and how."""
    view = views.request_view(face.services.ledger, request_id)
    if refused.code == "already_decided" and view is not None:
        return _already(face, view)
    return replies.refused(refused)


def _already(face: Face, view: RequestView) -> Json:
    decided = last_of(view.decisions, "approve", "reject", "edit")
    if decided is not None and view.request["state"] in ("approved", "rejected"):
        return replies.already(decided.person, decided.at, face.scene.zone, _DID[decided.verb])
    taken = view.request["closed_reason"] == "taken_over"
    outcome = _ENDED["taken"] if taken else _ENDED.get(view.request["state"], "it is over")
    closed = view.request["closed_at"]
    return replies.already("Baton", from_us(closed) if closed else None, face.scene.zone, f"says that {outcome}")


def more(face: Face, click: Click) -> Json | None:
    """The ••• menu of an approval: taking the task over."""
    return take_over_of(face, click, approval.parse_more(click.value).id)


def take_over_request(face: Face, click: Click) -> Json | None:
    """I take it, on an escalation."""
    return take_over_of(face, click, parse_ref(click.value).id)


def take_over_of(face: Face, click: Click, request_id: str) -> Json | None:
    """Takes over the task of a request."""
    rows = face.services.ledger.rows("request.task", id=request_id)
    return take_over(face, click.member, str(rows[0][0])) if rows else replies.refused(NOT_FOUND)


def take_over_task(face: Face, click: Click) -> Json | None:
    """Take over, on a card of the task itself."""
    return take_over(face, click.member, parse_ref(click.value).id)


def take_over(face: Face, member: Member, task_id: str, surface: str = "card") -> Json | None:
    """Gives the task to this person; agents stand still."""
    if face.services.ledger.task(task_id) is None:
        return replies.refused(NOT_FOUND)
    match face.services.takeover.take(task_id, member, surface):
        case Taken():
            return None
        case Refused() as refused:
            return replies.refused(refused)
        case never:
            assert_never(never)


def went_through(face: Face, click: Click) -> Json | None:
    """A person has seen that an unknown effect went out."""
    return _clear_up(face, click, went_out=True)


def did_not(face: Face, click: Click) -> Json | None:
    """A person has seen that an unknown effect did not go out."""
    return _clear_up(face, click, went_out=False)


def _clear_up(face: Face, click: Click, *, went_out: bool) -> Json | None:
    ref, services = parse_ref(click.value), face.services
    if services.people.clear_up(EffectId(ref.id), ref.version, went_out, click.member):
        return None
    effect = services.ledger.row("effect", "effect.get", id=ref.id)
    if effect is None:
        return replies.refused(NOT_FOUND)
    if not authority.roles_of(services.policy(), click.member.mail):
        return replies.refused(NO_ROLE)
    if effect["state"] == "unknown" and effect["attempts"] == ref.version:
        return replies.told(ON_ITS_WAY)
    return _cleared_already(face, ref)


def _cleared_already(face: Face, ref: Ref) -> Json:
    """Who was faster, or what has become of it since."""
    said = [each for each in views.signed(face.services.ledger, ref.id) if each.verb in _CLEARED]
    if said:
        return replies.already(said[-1].person, said[-1].at, face.scene.zone, _CLEARED[said[-1].verb])
    return replies.already("Baton", None, face.scene.zone, "has found out by now; the card says what became of it")


def try_now(face: Face, click: Click) -> Json | None:
    """One effect may try a gateway that does not answer, before its time."""
    if face.services.people.try_gateway(parse_ref(click.value).id, click.member):
        return None
    if not click.member.is_member or not authority.roles_of(face.services.policy(), click.member.mail):
        return replies.refused(NO_ROLE)
    return replies.told(TRIED)


def resume(face: Face, click: Click) -> Json | None:
    """Lifts the pause that the card shows."""
    control = views.control_view(face.services.ledger, parse_ref(click.value).id)
    if control is None:
        return replies.refused(NOT_FOUND)
    match face.services.controls.resume(str(control["name"]), click.member):
        case Resumed():
            return None
        case Unchanged(reason=reason):
            return replies.told(reason)
        case Refused() as refused:
            return replies.refused(refused)
        case never:
            assert_never(never)


def unknown(_face: Face, _click: Click) -> Json | None:
    """A button of a card that is older than this version."""
    return replies.told(OLD_BUTTON)
