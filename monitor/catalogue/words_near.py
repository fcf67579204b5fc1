"""Which word was probably meant."""

from collections.abc import Collection
from difflib import get_close_matches


def suggestion(word: str, known: Collection[str]) -> str:
    """End a sentence on the nearest word that would have been right, or on all of them."""
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there are: {', '.join(sorted(known)) or 'none'}"
