"""Every name that travels to Slack and comes back. A wire format: cards in channels carry them for years, so a name is
never reused for something else. `<card>.<verb>`; frozen by a test."""

from __future__ import annotations

from typing import Final

# Buttons
APPROVAL_WHY: Final = "approval.why"
APPROVAL_APPROVE: Final = "approval.approve"
APPROVAL_EDIT: Final = "approval.edit"
APPROVAL_REJECT: Final = "approval.reject"
APPROVAL_READ: Final = "approval.read"
APPROVAL_MORE: Final = "approval.more"
APPROVAL_UNDO: Final = "approval.undo"
APPROVAL_ASK_AGAIN: Final = "approval.ask_again"
TASK_TAKE_OVER: Final = "task.take_over"
TASK_HAND_BACK: Final = "task.hand_back"
TASK_WHY: Final = "task.why"
ESCALATION_TAKE_OVER: Final = "escalation.take_over"
ESCALATION_WHY: Final = "escalation.why"
ESCALATION_ACKNOWLEDGE: Final = "escalation.acknowledge"
ESCALATION_NOT_NOW: Final = "escalation.not_now"
QUESTION_WHY: Final = "question.why"
QUESTION_ANSWER_1: Final = "question.answer_1"
QUESTION_ANSWER_2: Final = "question.answer_2"
QUESTION_OTHER: Final = "question.other"
QUESTION_ASK_CUSTOMER: Final = "question.ask_customer"
QUESTION_MORE: Final = "question.more"
HANDOFF_DETAILS: Final = "handoff.details"
EFFECT_MARK_SENT: Final = "effect.mark_sent"
EFFECT_MARK_NOT_SENT: Final = "effect.mark_not_sent"
EFFECT_WHY: Final = "effect.why"
PAUSE_RESUME: Final = "pause.resume"
OUTAGE_TRY_NOW: Final = "outage.try_now"
HOME_NEW_TASK: Final = "home.new_task"
HOME_FIND: Final = "home.find"
HOME_PAUSE: Final = "home.pause"
HOME_OPEN: Final = "home.open"
AGENT_MORE: Final = "agent.more"

TASK_ESCALATE: Final = "task.escalate"
ESCALATION_MORE: Final = "escalation.more"
EFFECT_MORE: Final = "effect.more"

ESCALATE_BUTTONS: Final = (TASK_ESCALATE, ESCALATION_MORE, EFFECT_MORE)
BATCH_WHY: Final = "batch.why"
BATCH_APPROVE_ALL: Final = "batch.approve_all"
BATCH_CHOOSE: Final = "batch.choose"
BATCH_REJECT: Final = "batch.reject"

BATCH_BUTTONS: Final = (BATCH_WHY, BATCH_APPROVE_ALL, BATCH_CHOOSE, BATCH_REJECT)
HOME_BUTTONS: Final = (HOME_NEW_TASK, HOME_FIND, HOME_PAUSE, HOME_OPEN, AGENT_MORE)

UNDERSTOOD_EDIT: Final = "understood.edit"
UNDERSTOOD_TELL: Final = "understood.tell"

QUESTION_BUTTONS: Final = (
    QUESTION_WHY,
    QUESTION_ANSWER_1,
    QUESTION_ANSWER_2,
    QUESTION_OTHER,
    QUESTION_ASK_CUSTOMER,
    QUESTION_MORE,
    UNDERSTOOD_EDIT,
    UNDERSTOOD_TELL,
)

BUTTONS: Final = (
    APPROVAL_WHY,
    APPROVAL_APPROVE,
    APPROVAL_EDIT,
    APPROVAL_REJECT,
    APPROVAL_READ,
    APPROVAL_MORE,
    APPROVAL_UNDO,
    TASK_TAKE_OVER,
    TASK_HAND_BACK,
    TASK_WHY,
    ESCALATION_TAKE_OVER,
    ESCALATION_WHY,
    ESCALATION_ACKNOWLEDGE,
    ESCALATION_NOT_NOW,
    HANDOFF_DETAILS,
    EFFECT_MARK_SENT,
    EFFECT_MARK_NOT_SENT,
    EFFECT_WHY,
    PAUSE_RESUME,
    OUTAGE_TRY_NOW,
    *HOME_BUTTONS,
    *ESCALATE_BUTTONS,
    *QUESTION_BUTTONS,
    *BATCH_BUTTONS,
    APPROVAL_ASK_AGAIN,
)

# Verbs of options under •••, after `id:version:`
TAKE_OVER: Final = "take_over"
REASSIGN: Final = "reassign"
LATER: Final = "later"
ESCALATE: Final = "escalate"
ASK: Final = "ask"
OTHER: Final = "other"
SEEN: Final = "seen"
AGENT_DETAILS: Final = "details"
AGENT_PAUSE: Final = "pause"
AGENT_RESUME: Final = "resume"

HOME: Final = "home.v1"  # the callback id of everybody's home tab

# Forms: callback ids. Where a button opens a form, the form has the button's name.
EDIT_FORM: Final = "approval.edit"
EDIT_CONFIRM_FORM: Final = "approval.edit_confirm"
REJECT_FORM: Final = "approval.reject"
READ_FORM: Final = "approval.read"
REASSIGN_FORM: Final = "approval.reassign"
LATER_FORM: Final = "approval.later"
ASK_FORM: Final = "approval.ask"
ASK_CONFIRM_FORM: Final = "approval.ask_confirm"
QUESTION_FORM: Final = "question.other"
QUESTION_ASK_FORM: Final = "question.ask_customer"
WHY_FORM: Final = "approval.why"
HAND_BACK_FORM: Final = "task.hand_back"
HANDOFF_FORM: Final = "handoff.details"
LOADING_FORM: Final = "loading"
FIND_FORM: Final = "home.find"
NEW_TASK_FORM: Final = "home.new_task"
AGENT_PAUSE_FORM: Final = "agent.pause"
AGENT_RESUME_FORM: Final = "agent.resume"
AGENT_DETAILS_FORM: Final = "agent.details"
ESCALATE_FORM: Final = "task.escalate"

BATCH_WHY_FORM: Final = "batch.why"
BATCH_CHOOSE_FORM: Final = "batch.choose"
BATCH_REJECT_FORM: Final = "batch.reject"

BATCH_FORMS: Final = (BATCH_WHY_FORM, BATCH_CHOOSE_FORM, BATCH_REJECT_FORM)
HOME_FORMS: Final = (FIND_FORM, NEW_TASK_FORM, AGENT_PAUSE_FORM, AGENT_RESUME_FORM, AGENT_DETAILS_FORM)

QUESTION_FORMS: Final = (ASK_FORM, ASK_CONFIRM_FORM, QUESTION_FORM, QUESTION_ASK_FORM)

FORMS: Final = (
    EDIT_FORM,
    EDIT_CONFIRM_FORM,
    REJECT_FORM,
    READ_FORM,
    WHY_FORM,
    HAND_BACK_FORM,
    HANDOFF_FORM,
    LOADING_FORM,
    REASSIGN_FORM,
    LATER_FORM,
    *HOME_FORMS,
    ESCALATE_FORM,
    *QUESTION_FORMS,
    *BATCH_FORMS,
)

# Fields of forms
FIELD: Final = "approval.field"  # in a block `approval.edit.<argument>`
NOTE: Final = "approval.note"
REASON: Final = "approval.reason"
NEXT: Final = "approval.next"
TASK_DID: Final = "task.did"
TASK_NEXT: Final = "task.next"
TASK_HELD: Final = "task.held"
TO: Final = "approval.to"
WHAT: Final = "approval.what"
WHOM: Final = "approval.whom"
QUESTION: Final = "approval.question"
QUESTION_WORDS: Final = "question.words"

HOME_WORDS: Final = "home.words"
HOME_TEXT: Final = "home.text"
AGENT_WHICH: Final = "agent.which"
AGENT_REASON: Final = "agent.reason"
AGENT_UNTIL: Final = "agent.until"

BATCH_WHICH: Final = "batch.which"

ESCALATE_TO: Final = "task.escalate_to"
ESCALATE_WHY: Final = "task.escalate_why"
ESCALATE_WHEN: Final = "task.escalate_when"

ESCALATE_FIELDS: Final = (ESCALATE_TO, ESCALATE_WHY, ESCALATE_WHEN)
HOME_FIELDS: Final = (HOME_WORDS, HOME_TEXT, AGENT_WHICH, AGENT_REASON, AGENT_UNTIL)
FIELDS: Final = (
    FIELD,
    NOTE,
    REASON,
    NEXT,
    TASK_DID,
    TASK_NEXT,
    TASK_HELD,
    TO,
    WHAT,
    *HOME_FIELDS,
    WHOM,
    QUESTION,
    QUESTION_WORDS,
    *ESCALATE_FIELDS,
    BATCH_WHICH,
)
