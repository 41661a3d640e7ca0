"""Who decides: the writer, somebody they must ask, or a role that tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.ports import Found
from gateways.model.extractors.mail import Mail

_AUTHORITY: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\b(?:my|our|the) (?:boss|manager|director|board|owner|wife|husband|partner|supervisor|ceo|finance "
        r"team|committee|landlord|management)\b[^.!?\n]{0,30}"
        r"\b(?:decides?|has to (?:approve|sign|agree)|needs? to (?:approve|sign|agree)|must approve|approves?|"
        r"signs? off|will decide|has the final)"
        r"|\b(?:have|need|got) to (?:ask|check with|run it by|clear (?:it|this) with|talk to) (?:my|our|the) \w+"
        r"|\bnot my (?:call|decision)\b|\bi (?:only|just) (?:collect|gather) (?:offers|quotes|prices)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bi(?: am the one who| can| will|'ll)? (?:decide|make the (?:final )?(?:call|decision)s?|sign (?:off|"
        r"the)|approve)\b|\b(?:it['’]s|is) my (?:call|decision)\b|\bmy decision\b"
        r"|\bi(?:['’]m| am) (?:the |a )?(?:(?:sole |co-?)?owner|founder|co-founder|ceo|president|managing "
        r"director|proprietor|general manager|head of \w+|director of \w+|vp of \w+|decision maker)\b"
        r"|\bi (?:own|run) (?:a|an|the|my|our|two|three|several)\b[^.!?\n]{0,40}|\bmy (?:company|business|hotel|"
        r"shop|restaurant|café|firm)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bi(?:['’]m| am) (?:the |an? )?(?:office manager|project manager|fleet manager|team lead|assistant|"
        r"buyer|purchaser|coordinator|intern|student|facility manager|hr manager|manager)\b"
        r"|\bi(?:['’]m| am) (?:in charge of|responsible for) [^.!?\n]{3,40}",
        re.IGNORECASE,
    ),
)
_SIGNED_TITLE: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\b(?:owner|founder|co-founder|ceo|coo|cfo|cto|chief \w+ officer|president|managing director|"
        r"geschäftsführer(?:in)?|proprietor|general manager|vice president|vp|director|head of [\w ]{2,30}|"
        r"partner)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:[\w ]{0,20}manager|[\w ]{0,20}coordinator|[\w ]{0,20}assistant|buyer|procurement|purchasing|team "
        r"lead|specialist|analyst)\b",
        re.IGNORECASE,
    ),
)


def authority(mail: Mail) -> Iterator[Found]:
    """The words that say who decides: first "my boss decides", then "I decide", then roles; said before signed."""
    for patterns, part in ((_AUTHORITY, mail.reply), (_SIGNED_TITLE, mail.signature)):
        for pattern in patterns:
            for match in pattern.finditer(part):
                quote = match.group().strip()
                yield Found(value=" ".join(quote.lower().split()), quote=quote)
