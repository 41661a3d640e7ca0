"""Which words of a text are somebody's or something's name. Pure; without a dictionary, so in doubt a word is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.plain import WORD

_SENTENCE_END = re.compile(r"(?:[.!?:;]|^|[\n\r*•\"“(]|\s[-–—])\s*$")
# Words that stand large without being anybody's name: they open a sentence, a greeting or a closing.
_NO_NAMES = frozenset({
    "i", "i'm", "i'll", "i'd", "i've", "ok", "am", "pm", "re", "fwd", "hi", "hello", "dear", "hey", "thanks",
    "thank", "best", "kind", "warm", "regards", "sincerely", "yours", "cheers", "mr", "mrs", "ms", "dr", "we",
    "we'll", "we're", "you", "your", "our", "the", "a", "an", "it", "it's", "this", "that", "these", "those",
    "there", "here", "if", "when", "while", "once", "as", "for", "in", "on", "at", "to", "from", "with", "by", "of",
    "and", "or", "but", "so", "please", "yes", "no", "not", "all", "any", "both", "each", "every", "everything",
    "everyone", "someone", "nobody", "good", "great", "happy", "glad", "sorry", "sure", "let", "just", "also",
    "after", "before", "until", "since", "because", "what", "who", "how", "why", "where", "which", "can", "could",
    "would", "will", "may", "might", "do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "be",
    "been", "then", "now", "soon", "see", "meanwhile", "unfortunately", "usa", "us", "uk", "eu",
})  # fmt: skip
_SPEAKS = re.compile(r"\s+(?:will|has|is|can|would|was|from|at|said|and\s+(?:I|we)\b|[A-Z])|['’]s\b|,\s*\n")


def names(text: str) -> Iterator[str]:
    """Large words in the middle of a sentence, and at its start when they go on like a name does."""
    for match in WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.casefold().replace("’", "'") in _NO_NAMES:
            continue
        opens = _SENTENCE_END.search(text[max(0, match.start() - 4) : match.start()]) is not None
        if not opens or _SPEAKS.match(text[match.end() : match.end() + 12]):
            yield word
