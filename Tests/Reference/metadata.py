"""The metadata of a record: a strict JSON object on one line, whose bytes are kept unchanged.

`fault(raw)` returns the problem, or None. The scanner has its own stack, so that nesting is limited
only by the size of the metadata.
"""

import datetime
import json
import re

LIMIT = 65536
REFERENCE = re.compile(r"[a-z][a-z0-9-]{0,31}:[1-9][0-9]{0,31}(?:~[a-z][a-z0-9-]{0,31})?", re.ASCII)
TIMESTAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z", re.ASCII)

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")
      | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
      | (?P<word>true|false|null)
      | (?P<punctuation>[\[\]{}:,])""",
    re.ASCII | re.VERBOSE,
)


class Malformed(Exception):
    pass


class Number(str):
    """A JSON number as written, which is never used in calculations."""


def fault(raw):
    try:
        _check(parse(raw))
    except Malformed as reason:
        return str(reason)
    return None


def parse(raw):
    """Returns the object, with numbers as `Number`."""
    if len(raw) > LIMIT:
        raise Malformed("more than 64 KiB")
    if any(byte < 0x20 for byte in raw):
        raise Malformed("a control byte")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("not UTF-8") from None
    value = _value(_tokens(text))
    if text != text.strip(" "):
        raise Malformed("a space around the object")
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value


def _tokens(text):
    """Yields pairs of kind and value. Punctuation is its own kind; the last kind is `end`."""
    position = 0
    while True:
        while text.startswith(" ", position):
            position += 1
        if position == len(text):
            break
        match = _TOKEN.match(text, position)
        if match is None:
            raise Malformed("not JSON")
        position = match.end()
        kind, token = match.lastgroup, match.group()
        if kind == "punctuation":
            yield token, None
        elif kind == "number":
            yield "value", Number(token)
        elif kind == "word":
            yield "value", {"true": True, "false": False, "null": None}[token]
        else:
            yield "string", _string(token)
    yield "end", None


def _string(token):
    decoded = json.loads(token)
    if any("\ud800" <= character <= "\udfff" for character in decoded):
        raise Malformed("an unpaired surrogate")
    return decoded


def _value(tokens):
    """Reads one value and the end of the text. `expected` is what may come next."""
    open_containers = []  # pairs: the container and, if it is in an object, its key there
    result, expected, key = None, "value", None
    for kind, value in tokens:
        completed = False
        if expected in ("value", "value or ]") and kind in ("value", "string"):
            completed = True
        elif expected in ("value", "value or ]") and kind in ("{", "["):
            open_containers.append(({} if kind == "{" else [], key))
            expected = "key or }" if kind == "{" else "value or ]"
        elif expected in ("key", "key or }") and kind == "string":
            if value in open_containers[-1][0]:
                raise Malformed("a duplicate key")
            key, expected = value, ":"
        elif expected == ":" and kind == ":":
            expected = "value"
        elif expected == "," and kind == ",":
            expected = "key" if isinstance(open_containers[-1][0], dict) else "value"
        elif _closes(expected, kind, open_containers):
            value, key = open_containers.pop()
            completed = True
        elif expected == "end" and kind == "end":
            return result
        else:
            raise Malformed("not JSON")
        if completed and open_containers:
            container = open_containers[-1][0]
            if isinstance(container, dict):
                container[key] = value
            else:
                container.append(value)
            expected = ","
        elif completed:
            result, expected = value, "end"


def _closes(expected, kind, open_containers):
    if not open_containers or kind not in ("}", "]"):
        return False
    if isinstance(open_containers[-1][0], dict):
        return kind == "}" and expected in (",", "key or }")
    return kind == "]" and expected in (",", "value or ]")


def _is_text(value):
    return isinstance(value, str) and not isinstance(value, Number)


def _is_reference(value):
    return _is_text(value) and REFERENCE.fullmatch(value) is not None


def _is_texts(value):
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_timestamp(value):
    match = TIMESTAMP.fullmatch(value) if _is_text(value) else None
    if match is None:
        return False
    try:
        datetime.datetime(*(int(part) for part in match.groups()))
    except ValueError:
        return False
    return True


def _is_expiry(value):
    return value == "never" or _is_timestamp(value)


KNOWN_KEYS = {
    "name": _is_text,
    "app": _is_reference,
    "user": _is_reference,
    "category": _is_text,
    "scopes": _is_texts,
    "tasks": _is_texts,
    "expires_at": _is_expiry,
    "data_access_expires_at": _is_expiry,
    "added_at": _is_timestamp,
    "changed_at": _is_timestamp,
    "checked_at": _is_timestamp,
    "valid": lambda value: isinstance(value, bool),
    "reason": _is_text,
    "machine_id": _is_text,
    "instagram_id": _is_text,
    "instagram_username": _is_text,
}


def _check(value):
    for key, is_valid in KNOWN_KEYS.items():
        if key in value and not is_valid(value[key]):
            raise Malformed(f"an invalid value of {key}")
