"""Which user names, shown names and addresses an account may bear; normalised here and only here."""

from __future__ import annotations

import re
import unicodedata

from wiki.errors import AccountInvalid

MAX_NAME = 40
MAX_SHOWN = 80
MAX_EMAIL = 200

RESERVED = frozenset(
    "all anonymous anyone everybody everyone guest known none nobody operator strata system "
    "trusted unknown".split()
)
"""Names that would read like a group or like the wiki itself in a history."""

# Scripts that are written together within one word.
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "KATAKANA-HIRAGANA"})
_SHAPE = re.compile(r"[^\W_]+(?:[._-][^\W_]+)*")
_EMAIL = re.compile(r"[^\s<>@\"(),:;\[\]\\]+@[^\s<>@\"(),:;\[\]\\]+")
# Letters of other scripts that look like Latin ones: two names that look alike are one name.
_LOOKALIKES = str.maketrans(
    "аеорсухівјѕһԁԛԝкмнтгαορνικτυχε" + "ıł0135",
    "aeopcyxibjshdqwkmhtraopviktuxe" + "ilolss",
)


def user_name(written: str) -> str:
    """The one spelling of a user name: NFC, case folded.

    Raises:
        AccountInvalid: the name may not be borne, with the reason.
    """
    if len(written) > 4 * MAX_NAME:
        raise AccountInvalid(f"A user name has at most {MAX_NAME} characters.")
    name = fold(written)
    reason = _name_fault(name)
    if reason:
        raise AccountInvalid(f"“{name[:MAX_NAME]}” cannot be a user name: {reason}")
    return name


def fold(written: str) -> str:
    """What is looked up when somebody types a name: as ``user_name``, but never refuses."""
    composed = unicodedata.normalize("NFC", written.strip()[: 4 * MAX_NAME])
    return unicodedata.normalize("NFC", composed.casefold())


def _name_fault(name: str) -> str:
    if not name:
        return "it is empty."
    if len(name) > MAX_NAME:
        return f"it has more than {MAX_NAME} characters."
    if unicodedata.normalize("NFKC", name) != name:
        return "it contains letters that only look like others."
    if not _SHAPE.fullmatch(_without_marks(name)) or not name[0].isalpha():
        return "use letters and digits, with single dots, hyphens or underscores between them, and no blanks."
    if len(_scripts(name)) > 1:
        return "it mixes letters of several scripts."
    if name in RESERVED:
        return "this name is reserved."
    return ""


def _without_marks(name: str) -> str:
    """Vowel signs and accents belong to the letter before them."""
    return "".join(
        character
        for index, character in enumerate(name)
        if index == 0 or not unicodedata.category(character).startswith("M")
    )


def _scripts(name: str) -> set[str]:
    """The scripts of a name's letters and digits; digits must be those of ASCII or the script's."""
    found = set()
    for character in name:
        if character in "._-" or (character.isascii() and character.isdigit()):
            continue
        if unicodedata.category(character).startswith("M"):
            continue
        script = unicodedata.name(character, "?").split(" ", 1)[0]
        found.add("EAST ASIAN" if script in _EAST_ASIAN else script)
    return found


def skeleton(name: str) -> str:
    """Equal for names that look alike to a person (“аdmin” with a Cyrillic а, “adm1n”)."""
    bare = "".join(c for c in name if c not in "._-")
    return bare.translate(_LOOKALIKES)


def likeness(name: str) -> str:
    """Equal for shown or user names by which a person would take one for the other."""
    return skeleton("".join(unicodedata.normalize("NFKC", name).casefold().split()))


def shown_name(written: str) -> str:
    """A person's name as pages and histories show it; "" is allowed and means the user name.

    Raises:
        AccountInvalid: too long, or characters that git or a page could misread.
    """
    name = unicodedata.normalize("NFC", " ".join(written.split()))
    if len(name) > MAX_SHOWN:
        raise AccountInvalid(f"A name has at most {MAX_SHOWN} characters.")
    invisible = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    if any(c in "<>" or unicodedata.category(c) in invisible for c in name):
        raise AccountInvalid("A name may not contain <, > or invisible characters.")
    if name and not any(c.isalnum() for c in name):
        raise AccountInvalid("A name contains at least one letter.")
    if likeness(name).startswith(likeness("former member")):
        raise AccountInvalid("So the wiki calls people who have left. Choose another name.")
    return name


def email_address(written: str) -> str:
    """An e-mail address, or "".

    Raises:
        AccountInvalid: it is no address.
    """
    address = unicodedata.normalize("NFC", written.strip())
    printable = all(unicodedata.category(c)[0] != "C" for c in address)
    if address and (len(address) > MAX_EMAIL or not printable or not _EMAIL.fullmatch(address)):
        raise AccountInvalid(f"“{address[:80]}” is no e-mail address.")
    return address
