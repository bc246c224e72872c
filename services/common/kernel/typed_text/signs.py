"""The signs that a text is made of: which are kept, which nobody sees and are taken out, and which are refused.

A text may come out empty: what shows nothing is nothing.
"""

import re
import unicodedata

from services.common.kernel.typed_text.refused import Refused

# What nobody sees, whatever stands beside it (Unicode's Default_Ignorable_Code_Point, without the two joiners), and the embeddings,
# overrides and isolates among it that turn the direction in which a text is read.
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
JOINERS = "\u200c\u200d"
LINE_BREAKS = "\n\x0b\x0c\r\x85\u2028\u2029"
NO_BREAK_SPACES = "\u00a0\u202f"
# Scripts whose letters join or not as a joiner says: Arabic to N'Ko, Devanagari to Sinhala, Myanmar, Khmer and Mongolian, Arabic's forms.
JOINING = "\u0600-\u07ff\u0860-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"

_UNSEEN = re.compile(f"[{UNSEEN}]")
_JOINERS = re.compile(f"[{JOINERS}]+")
_JOINING = re.compile(f"[{JOINING}]")
_BREAKS = re.compile(f"\r\n|[{LINE_BREAKS}]")
# Blank signs that Unicode does not count among its spaces: the Braille pattern without dots.
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]")
_SPACES_THAT_BREAK = re.compile("[\t\u1680\u2000-\u200a\u205f\u2800\u3000]")
_REFUSED = {"Cc": "control_sign", "Cf": "control_sign", "Cs": "broken_sign", "Co": "unknown_sign", "Cn": "unknown_sign"}
_BROKEN = "\ufffd"  # what a program leaves where it could not read a letter


def one_line(text: str) -> str:
    """Gives a text of one line, single plain spaces between its words. Raises Refused for one that has several, and for bad signs."""
    text = _BREAKS.sub("\n", text).strip(" \n")
    line = re.sub(" +", " ", _SPACES.sub(" ", seen(text))).strip(" \n")
    if "\n" in line:
        raise Refused("line_break")
    return _sound(line)


def lines_of(text: str) -> list[str]:
    """Gives the lines of a text, whatever ends them."""
    return _BREAKS.split(text)


def several_lines(text: str) -> str:
    """Gives a text of several lines, each ended by one sign; no-break spaces stay, as good French has them. Raises Refused."""
    lines = (
        line.rstrip(f" {NO_BREAK_SPACES}") for line in _SPACES_THAT_BREAK.sub(" ", seen(_BREAKS.sub("\n", text))).split("\n")
    )
    return _sound("\n".join(lines).strip(f"\n {NO_BREAK_SPACES}"), also="\n")


def harmless(text: str, instead: str = "") -> str:
    """Gives the text with `instead` for each bad sign: for what nobody needs to be told about. Joiners stay for `one_line` to judge."""
    return "".join(instead if _bad(sign) and sign not in JOINERS else sign for sign in text)


def plain_digits(text: str) -> str:
    """Gives the text with the digits 0 to 9 for those of any script, full-width ones too, and plain letters for full-width ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain)


def without_joiners(text: str) -> str:
    """Gives the text without the signs that join letters, for kinds where none is due."""
    return _JOINERS.sub("", text)


def fault(text: str) -> str | None:
    """The code of what no database holds and no JSON should: a NUL, or half of a pair of surrogates."""
    if "\x00" in text:
        return "control_sign U+0000"
    if not text.isascii() and (half := re.search("[\ud800-\udfff]", text)):
        return f"broken_sign U+{ord(half[0]):04X}"
    return None


def seen(text: str) -> str:
    """Gives what is seen of a text, composed; a joiner stays where the script on both its sides has a use for it."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    return unicodedata.normalize("NFC", _JOINERS.sub(_joiner, text))


def _joiner(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    wanted = start > 0 and end < len(text) and _JOINING.match(text[start - 1]) and _JOINING.match(text[end])
    return found[0][0] if wanted else ""


def _sound(text: str, also: str = "") -> str:
    if text.isascii() and text.isprintable():
        return text
    for sign in text:
        if sign not in also and sign not in JOINERS and _bad(sign):
            raise Refused(f"{_bad(sign)} U+{ord(sign):04X}")
    shown = any(unicodedata.category(sign)[0] in "LNPS" for sign in text)
    return text if shown else ""


def _bad(sign: str) -> str | None:
    return "broken_sign" if sign == _BROKEN else _REFUSED.get(unicodedata.category(sign))
