"""Plaintexts that are not canonical but sealed correctly: damaged. All use the machine key."""

from forge import forge
from vector import by_key

DAMAGED = (65,)
GOOD = b"app:1\tFAKE\t{}\n"


def damaged(name, fault, plaintext):
    return by_key(name, forge(name, plaintext=plaintext), fault, DAMAGED)


def lines():
    for name, fault, plaintext in (
        ("unsorted", "two records in the wrong order", b"page:1\tFAKE\t{}\n" + GOOD),
        ("unsorted-by-number", "app:2 before app:10: sorted by number, not bytewise",
         b"app:2\tFAKE\t{}\napp:10\tFAKE\t{}\n"),
        ("unsorted-suffix", "app:1~previous before app:10", b"app:1~previous\tFAKE\t{}\napp:10\tFAKE\t{}\n"),
        ("unsorted-kind", "app:1 before app-x:1", GOOD + b"app-x:1\tFAKE\t{}\n"),
        ("unsorted-last", "the last of three records belongs first",
         b"app:2\tFAKE\t{}\napp:3\tFAKE\t{}\napp:1\tFAKE\t{}\n"),
        ("twice", "one record twice", GOOD + GOOD),
        ("reference-twice", "two records of one reference", GOOD + b"app:1\tFAKE-2\t{}\n"),
        ("no-last-lf", "no LF after the last record", GOOD[:-1]),
        ("no-lf-between", "no LF between two records", GOOD[:-1] + b"page:1\tFAKE\t{}\n"),
        ("crlf", "CR LF after a record", GOOD[:-1] + b"\r\n"),
        ("lf-alone", "the plaintext is one LF", b"\n"),
        ("lf-first", "an LF before the first record", b"\n" + GOOD),
        ("lf-after", "an empty line after the last record", GOOD + b"\n"),
        ("lf-between", "an empty line between two records", GOOD + b"\npage:1\tFAKE\t{}\n"),
        ("nul-after", "a NUL after the last record", GOOD + b"\0"),
        ("no-tab", "a record without TAB", b"app:1\n"),
        ("one-tab", "a record without metadata and its TAB", b"app:1\tFAKE\n"),
        ("tab-between", "two TABs after the reference", b"app:1\t\tFAKE\t{}\n"),
        ("tab-after-secret", "two TABs after the secret", b"app:1\tFAKE\t\t{}\n"),
        ("tab-after", "a TAB after the metadata", b"app:1\tFAKE\t{}\t\n"),
        ("field-after", "a fourth field", b"app:1\tFAKE\t{}\tx\n"),
        ("spaces", "spaces instead of TABs", b"app:1 FAKE {}\n"),
    ):
        yield damaged(f"records-{name}", fault, plaintext)


def secrets():
    for name, fault, secret in (
        ("empty", "an empty secret", b""),
        ("space", "a space in the secret", b"FAKE 1"),
        ("space-first", "a space before the secret", b" FAKE"),
        ("space-last", "a space after the secret", b"FAKE "),
        ("control", "a control byte in the secret", b"FAKE\x1b"),
        ("nul", "a NUL in the secret", b"FAKE\0"),
        ("cr", "a CR in the secret", b"FAKE\r"),
        ("del", "the byte 0x7F in the secret", b"FAKE\x7f"),
        ("not-ascii", "a character that is not ASCII in the secret", "FAKÉ".encode()),
        ("ff", "the byte 0xFF in the secret", b"FAKE\xff"),
        ("over-64-kib", "a secret of 65537 bytes", b"FAKE" * 16384 + b"E"),
    ):
        yield damaged(f"secret-{name}", fault, b"app:1\t" + secret + b"\t{}\n")


def references():
    for name, reference in (
        ("empty", ""),
        ("kind-alone", "app"),
        ("no-id", "app:"),
        ("no-kind", ":1"),
        ("id-0", "app:0"),
        ("id-leading-zero", "app:01"),
        ("id-plus", "app:+1"),
        ("id-33-digits", "app:" + "1" * 33),
        ("id-letters", "app:one"),
        ("id-hexadecimal", "app:1f"),
        ("id-arabic", "app:\u0661"),
        ("id-two", "app:1:2"),
        ("space-first", " app:1"),
        ("space-inside", "app: 1"),
        ("space-last", "app:1 "),
        ("kind-upper-case", "App:1"),
        ("kind-digit-first", "1app:1"),
        ("kind-hyphen-first", "-app:1"),
        ("kind-underscore", "app_x:1"),
        ("kind-dot", "app.x:1"),
        ("kind-not-ascii", "äpp:1"),
        ("kind-33-characters", "k" * 33 + ":1"),
        ("suffix-empty", "app:1~"),
        ("suffix-upper-case", "app:1~Previous"),
        ("suffix-digit-first", "app:1~1"),
        ("suffix-hyphen-first", "app:1~-x"),
        ("suffix-underscore", "app:1~a_b"),
        ("suffix-33-characters", "app:1~" + "s" * 33),
        ("suffix-before-id", "app~previous:1"),
        ("control", "app:1\x01"),
    ):
        fault = f"the reference is {ascii(reference)[1:-1] or 'empty'}"
        yield damaged(f"reference-{name}", fault, reference.encode() + b"\tFAKE\t{}\n")


def metadata(name, fault, written):
    return damaged(f"metadata-{name}", fault, b"app:1\tFAKE\t" + written + b"\n")


def json_faults():
    for name, fault, written in (
        ("empty", "no metadata", b""),
        ("array", "an array instead of an object", b"[]"),
        ("string", "a string instead of an object", b'"x"'),
        ("number", "a number instead of an object", b"1"),
        ("null", "null instead of an object", b"null"),
        ("word", "text instead of JSON", b"name"),
        ("open", "an object that does not end", b'{"name":"One"'),
        ("open-string", "a string that does not end", b'{"name":"One}'),
        ("open-array", "an array that does not end", b'{"x":[1}'),
        ("crossed", "array and object end crosswise", b'{"x":[{]}}'),
        ("closed-twice", "a brace after the object", b"{}}"),
        ("two-objects", "two objects", b"{}{}"),
        ("text-after", "text after the object", b"{}x"),
        ("comma-after", "a comma after the object", b"{},"),
        ("trailing-comma", "a comma after the last pair", b'{"name":"One",}'),
        ("trailing-comma-array", "a comma after the last item", b'{"scopes":["a",]}'),
        ("leading-comma", "a comma before the first pair", b'{,"name":"One"}'),
        ("two-commas", "two commas between pairs", b'{"x":1,,"y":2}'),
        ("no-comma", "no comma between pairs", b'{"x":1"y":2}'),
        ("no-comma-array", "no comma between items", b'{"scopes":["a" "b"]}'),
        ("no-colon", "no colon between key and value", b'{"x"1}'),
        ("no-value", "a key without a value", b'{"x":}'),
        ("key-alone", "a key without colon and value", b'{"x"}'),
        ("number-key", "a number as a key", b"{1:2}"),
        ("bare-key", "a key without quotes", b'{name:"One"}'),
        ("single-quotes", "single quotes", b"{'name':'One'}"),
        ("comment", "a comment", b'{"x":1/**/}'),
        ("bom", "a byte order mark before the object", b"\xef\xbb\xbf{}"),
        ("space-before", "a space before the object", b' {"x":1}'),
        ("space-after", "a space after the object", b'{"x":1} '),
        ("space-around-empty", "spaces around an empty object", b" {} "),
        ("no-break-space", "a no-break space between tokens", b'{"x":\xc2\xa01}'),
        ("nan", "NaN", b'{"x":NaN}'),
        ("infinity", "Infinity", b'{"x":-Infinity}'),
        ("true-upper-case", "True", b'{"x":True}'),
        ("word-long", "nulls", b'{"x":nulls}'),
        ("number-leading-zero", "a number with a leading zero", b'{"x":01}'),
        ("number-minus-leading-zero", "a negative number with a leading zero", b'{"x":-01}'),
        ("number-plus", "a number with a plus", b'{"x":+1}'),
        ("number-minus-alone", "a minus alone", b'{"x":-}'),
        ("number-no-fraction", "a number that ends with its point", b'{"x":1.}'),
        ("number-no-integer", "a number that begins with its point", b'{"x":.5}'),
        ("number-no-exponent", "a number without its exponent's digits", b'{"x":1e}'),
        ("number-hexadecimal", "a hexadecimal number", b'{"x":0x1}'),
        ("escape-unknown", "an unknown escape", b'{"x":"\\a"}'),
        ("escape-quote", "an escaped single quote", b'{"x":"\\\'"}'),
        ("escape-short", "a \\u escape of three digits", b'{"x":"\\u12"}'),
        ("escape-not-hexadecimal", "a \\u escape that is not hexadecimal", b'{"x":"\\u00g0"}'),
        ("escape-plus", "a \\u escape with a plus", b'{"x":"\\u+041"}'),
        ("escape-alone", "a backslash at the end of a string", b'{"x":"\\"}'),
        ("control", "a control byte in a string", b'{"name":"a\x1fb"}'),
        ("nul", "a NUL in a string", b'{"name":"a\0b"}'),
        ("cr", "a CR between tokens", b'{"x":1,\r"y":2}'),
        ("cr-after", "a CR after the object", b"{}\r"),
        ("deep-open", "30,000 arrays that do not end", b'{"x":' + b"[" * 30000),
    ):
        yield metadata(name, fault, written)


def encoding():
    for name, fault, written in (
        ("latin-1", "a byte that is not UTF-8 in a string", b"\xe9"),
        ("continuation", "a continuation byte alone", b"\x80"),
        ("truncated", "a character of UTF-8 cut short", b"\xe2\x82"),
        ("overlong", "an overlong slash", b"\xc0\xaf"),
        ("overlong-3", "an overlong NUL of three bytes", b"\xe0\x80\x80"),
        ("overlong-4", "an overlong euro sign of four bytes", b"\xf0\x82\x82\xac"),
        ("surrogate", "half a surrogate pair in UTF-8", b"\xed\xa0\x80"),
        ("surrogate-pair", "a surrogate pair in UTF-8", b"\xed\xa0\xbd\xed\xb8\x80"),
        ("above-10ffff", "a character above U+10FFFF", b"\xf4\x90\x80\x80"),
        ("five-bytes", "a character of five bytes", b"\xf8\x88\x80\x80\x80"),
        ("fe", "the byte 0xFE", b"\xfe"),
    ):
        yield metadata(f"utf-8-{name}", fault, b'{"name":"' + written + b'"}')
    yield metadata("utf-8-unknown-key", "a byte that is not UTF-8 in an unknown key", b'{"\xff":1}')
    yield metadata("utf-16", "UTF-16", '{"x":1}'.encode("utf-16-be"))


def sizes():
    text = b'{"name":"%b"}'
    yield metadata("over-64-kib", "metadata of 65537 bytes", text % (b"n" * (65537 - 11)))
    half = ("é" * 32768).encode()  # 32768 characters, more than 64 KiB of bytes
    yield metadata("over-64-kib-utf-8", "metadata of 65547 bytes, but fewer characters", text % half)


def keys_twice():
    for name, fault, written in (
        ("known", "a known key twice", b'{"name":"One","name":"Two"}'),
        ("same-value", "a known key twice with one value", b'{"name":"One","name":"One"}'),
        ("unknown", "an unknown key twice", b'{"x":1,"y":2,"x":1}'),
        ("escaped", "a key twice, once with an escape", b'{"name":"One","n\\u0061me":"Two"}'),
        ("escaped-slash", "a key twice, once with an escaped slash", b'{"a/b":1,"a\\/b":2}'),
        ("escaped-case", "a key twice, in escapes of two cases", b'{"\\u00e9":1,"\\u00E9":2}'),
        ("escaped-utf-8", "a key twice, once in UTF-8 and once escaped", b'{"\xc3\xa9":1,"\\u00e9":2}'),
        ("escaped-pair", "a key twice, once as a surrogate pair",
         b'{"\xf0\x9f\x98\x80":1,"\\ud83d\\ude00":2}'),
        ("empty", "the empty key twice", b'{"":1,"":2}'),
        ("nested", "a key twice in an object inside", b'{"x":{"k":1,"k":2}}'),
        ("nested-in-array", "a key twice in an object in an array", b'{"x":[1,{"k":1,"k":2}]}'),
        ("nested-escaped", "a key twice inside, once with an escape", b'{"x":{"k":1,"\\u006b":2}}'),
        ("after-nested", "a key again after an object that has it too", b'{"k":{"k":1},"k":2}'),
    ):
        yield metadata(f"key-twice-{name}", fault, written)


def types():
    for key, values in (
        ("name", ("1", "null", "[]", "{}", "true")),
        ("category", ("1", '["a"]')),
        ("reason", ("false",)),
        ("machine_id", ("1",)),
        ("instagram_id", ("17841400000000001", "null")),
        ("instagram_username", ('["a"]',)),
        ("app", ("1", '"1"', '"app:"', '"app:01"', '"One"', '""', "null")),
        ("user", ("7", '"user:7 "', '["user:7"]')),
        ("scopes", ('"a"', '"a,b"', "{}", "[1]", '["a",null]', '[["a"]]', "null")),
        ("tasks", ('"MANAGE"', '["MANAGE",1]')),
        ("valid", ('"true"', "1", "0", "null")),
    ):
        for number, value in enumerate(values, 1):
            text = f'{{"{key}":{value}}}'
            yield metadata(f"type-{key.replace('_', '-')}-{number}", f"the metadata is {text}", text.encode())


def times():
    malformed = (
        ("number", "1767225600"),
        ("empty", '""'),
        ("date", '"2026-01-01"'),
        ("no-seconds", '"2026-01-01T00:00Z"'),
        ("no-zone", '"2026-01-01T00:00:00"'),
        ("space-after", '"2026-01-01T00:00:00Z "'),
        ("month-13", '"2026-13-01T00:00:00Z"'),
        ("month-0", '"2026-00-01T00:00:00Z"'),
        ("february-30", '"2026-02-30T00:00:00Z"'),
        ("february-29", '"2026-02-29T00:00:00Z"'),
        ("february-29-1900", '"1900-02-29T00:00:00Z"'),
        ("hour-24", '"2026-01-01T24:00:00Z"'),
        ("minute-60", '"2026-01-01T00:60:00Z"'),
        ("short-year", '"26-01-01T00:00:00Z"'),
        ("long-year", '"12026-01-01T00:00:00Z"'),
        ("one-digit-month", '"2026-1-01T00:00:00Z"'),
        ("words", '"tomorrow"'),
    )
    for name, value in malformed:
        text = f'{{"expires_at":{value}}}'
        yield metadata(f"expires-{name}", f"the metadata is {text}", text.encode())
    for number, (key, value) in enumerate((
        ("expires_at", '"Never"'),
        ("expires_at", "null"),
        ("expires_at", "true"),
        ("expires_at", '"2026-01-01T02:00:00+02:00"'),
        ("data_access_expires_at", '"2026-02-29T00:00:00Z"'),
        ("data_access_expires_at", "0"),
        ("added_at", '"never"'),
        ("added_at", '"2026-01-01"'),
        ("changed_at", "1767225600"),
        ("checked_at", '"2026-13-01T00:00:00Z"'),
        ("checked_at", "null"),
    ), 1):
        text = f'{{"{key}":{value}}}'
        yield metadata(f"time-{number}", f"the metadata is {text}", text.encode())


def vectors():
    yield from lines()
    yield from secrets()
    yield from references()
    yield from json_faults()
    yield from encoding()
    yield from sizes()
    yield from keys_twice()
    yield from types()
    yield from times()
