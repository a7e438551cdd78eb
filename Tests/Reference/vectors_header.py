"""Headers that are not canonical and files that are not vaults: damaged with any credential."""

from forge import (
    M1, M2, M3, body_start, field, forge, line, longer, machine, padded, shorter, slot, swap,
    trailing_bit, url_safe,
)
from vector import by_passphrase

DAMAGED = (65,)


def damaged(name, fault, **how):
    name = f"header-{name}"
    return by_passphrase(name, forge(name, **how), fault, DAMAGED)


def whole_lines():
    for name, fault, edit in (
        ("version-2", "the version is 2", swap(b"tokenvault/1", b"tokenvault/2")),
        ("version-01", "the version has a leading zero", swap(b"tokenvault/1", b"tokenvault/01")),
        ("version-none", "the version line lacks its number", swap(b"tokenvault/1", b"tokenvault")),
        ("version-upper-case", "the version line in upper case", swap(b"tokenvault/1", b"TOKENVAULT/1")),
        ("version-space", "a space at the end of the version line", swap(b"/1\n", b"/1 \n")),
        ("version-field", "a second field in the version line", swap(b"/1\n", b"/1 x\n")),
        ("version-crlf", "CR LF after the version line", swap(b"/1\n", b"/1\r\n")),
        ("version-missing", "no version line", swap(b"tokenvault/1\n", b"")),
        ("version-twice", "the version line twice", swap(b"/1\n", b"/1\ntokenvault/1\n")),
        ("bom", "a byte order mark at the start", lambda text: b"\xef\xbb\xbf" + text),
        ("empty-line-first", "an empty line at the start", lambda text: b"\n" + text),
        ("empty-line", "an empty line after the version", swap(b"/1\n", b"/1\n\n")),
        ("vault-missing", "no vault line", line(b"vault", lambda _: b"")),
        ("vault-upper-case", "the word vault in upper case", swap(b"\nvault ", b"\nVAULT ")),
        ("vault-space-first", "a space before the vault line", swap(b"\nvault ", b"\n vault ")),
        ("vault-two-spaces", "two spaces in the vault line", swap(b"\nvault ", b"\nvault  ")),
        ("vault-tab", "a TAB instead of a space in the vault line", swap(b"\nvault ", b"\nvault\t")),
        ("vault-space-last", "a space at the end of the vault line", swap(b"\ngen", b" \ngen")),
        ("vault-field", "a fourth field in the vault line", swap(b"\ngen", b" x\ngen")),
        ("vault-crlf", "CR LF after the vault line", swap(b"\ngen", b"\r\ngen")),
        ("vault-twice", "the vault line twice", line(b"vault", lambda one: one + one)),
        ("generation-missing", "no generation line", swap(b"generation 1\n", b"")),
        ("generation-twice", "the generation line twice", line(b"generation", lambda one: one + one)),
        ("generation-empty", "the generation line without its number", swap(b"ration 1", b"ration")),
        ("generation-two-spaces", "two spaces in the generation line", swap(b"n 1\n", b"n  1\n")),
        ("generation-space", "a space at the end of the generation line", swap(b"n 1\n", b"n 1 \n")),
        ("generation-crlf", "CR LF after the generation line", swap(b"n 1\n", b"n 1\r\n")),
        ("generation-field", "a second number in the generation line", swap(b"n 1\n", b"n 1 1\n")),
        ("unknown-line", "an unknown line after the generation", swap(b"n 1\n", b"n 1\nnote x\n")),
        ("kdf-unknown", "another KDF's name", swap(b"argon2id", b"argon2i")),
        ("kdf-upper-case", "the KDF's name in upper case", swap(b"argon2id", b"Argon2id")),
        ("kdf-missing", "no KDF's name", swap(b"argon2id ", b"")),
        ("passphrase-two-spaces", "two spaces before opslimit", swap(b"argon2id ", b"argon2id  ")),
    ):
        yield damaged(name, fault, covered=edit)


def later_lines():
    """Faults after the salt, which are not covered by the cipher of any slot."""
    for name, fault, edit in (
        ("passphrase-space", "a space at the end of the passphrase line",
         line(b"passphrase", lambda one: one[:-1] + b" \n")),
        ("passphrase-crlf", "CR LF after the passphrase line",
         line(b"passphrase", lambda one: one[:-1] + b"\r\n")),
        ("passphrase-field", "one field more in the passphrase line",
         line(b"passphrase", lambda one: one[:-1] + b" x\n")),
        ("passphrase-twice", "the passphrase line twice", line(b"passphrase", lambda one: one + one)),
        ("passphrase-missing", "no passphrase line", line(b"passphrase", lambda _: b"")),
        ("wrapped-missing", "the passphrase line without its last field",
         line(b"passphrase", lambda one: one.rpartition(b" ")[0] + b"\n")),
        ("generation-first", "the generation line before the vault line", reordered(0, 2, 1, 3, 4)),
        ("passphrase-first", "the passphrase line before the generation line", reordered(0, 1, 3, 2, 4)),
        ("key-first", "the key line before the passphrase line", reordered(0, 1, 2, 4, 3)),
        ("unknown-line-last", "an unknown line before the mac line", lambda text: text + b"note x\n"),
        ("empty-line-last", "an empty line before the mac line", lambda text: text + b"\n"),
        ("comment", "a comment before the mac line", lambda text: text + b"# x\n"),
        ("key-type-unknown", "a key of an unknown type", swap(b"key x25519", b"key x448")),
        ("key-type-upper-case", "a key's type in upper case", swap(b"key x25519", b"key X25519")),
        ("key-type-missing", "a key without its type", swap(b"key x25519", b"key")),
        ("key-two-spaces", "two spaces in the key line", swap(b"x25519 m1", b"x25519  m1")),
        ("key-space", "a space at the end of the key line", line(b"key", lambda one: one[:-1] + b" \n")),
        ("key-crlf", "CR LF after the key line", line(b"key", lambda one: one[:-1] + b"\r\n")),
        ("key-field", "one field more in the key line", line(b"key", lambda one: one[:-1] + b" x\n")),
        ("key-box-missing", "the key line without its box",
         line(b"key", lambda one: one.rpartition(b" ")[0] + b"\n")),
    ):
        yield damaged(name, fault, header=edit)
    yield damaged(
        "crlf", "CR LF after every line",
        covered=lambda text: text.replace(b"\n", b"\r\n"),
        header=lambda text: text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        mac_line=lambda one: one[:-1] + b"\r\n",
    )


def reordered(*order):
    def edit(text):
        lines = text.splitlines(keepends=True)
        return b"".join(lines[number] for number in order)

    return edit


def mac_lines():
    for name, fault, edit in (
        ("mac-space", "a space at the end of the mac line", lambda one: one[:-1] + b" \n"),
        ("mac-two-spaces", "two spaces in the mac line", swap(b"mac ", b"mac  ")),
        ("mac-crlf", "CR LF after the mac line", lambda one: one[:-1] + b"\r\n"),
        ("mac-field", "a second field in the mac line", lambda one: one[:-1] + b" x\n"),
        ("mac-upper-case", "the word mac in upper case", swap(b"mac ", b"MAC ")),
        ("mac-empty", "the mac line without its field", lambda _: b"mac \n"),
        ("mac-missing", "no mac line", lambda _: b""),
        ("mac-twice", "the mac line twice", lambda one: one + one),
        ("mac-no-lf", "no LF after the mac line", lambda one: one[:-1]),
        ("mac-padding", "padding in the MAC's base64", field(b"mac", 1, padded)),
        ("mac-trailing-bits", "trailing bits of the MAC's base64 are not zero",
         field(b"mac", 1, trailing_bit)),
        ("mac-url-safe", "the url-safe alphabet in the MAC", field(b"mac", 1, url_safe)),
        ("mac-31-bytes", "a MAC of 31 bytes", field(b"mac", 1, shorter)),
        ("mac-33-bytes", "a MAC of 33 bytes", field(b"mac", 1, longer)),
    ):
        yield damaged(name, fault, mac_line=edit)


def base64_fields():
    faults = (
        ("padding", "padding in the base64 of the {}", padded),
        ("trailing-bits", "trailing bits of the base64 of the {} are not zero", trailing_bit),
        ("url-safe", "the url-safe alphabet in the {}", url_safe),
        ("short", "the {} is a byte short", shorter),
        ("long", "the {} is a byte long", longer),
    )
    canonical_form, sizes = ("padding", "trailing-bits"), ("short", "long")
    for what, noun, word, number, stage, kinds in (
        ("vault-id", "vault id", b"vault", 1, "covered", (*canonical_form, "url-safe", *sizes)),
        ("vault-public-key", "vault public key", b"vault", 3, "covered", (*canonical_form, *sizes)),
        ("salt", "salt", b"passphrase", 4, "covered", (*canonical_form, *sizes)),
        ("wrapped", "wrapped keys", b"passphrase", 5, "header", (*canonical_form, "url-safe")),
        ("key-public-key", "machine public key", b"key", 3, "header", (*canonical_form, *sizes)),
        ("key-box", "key slot's box", b"key", 4, "header", ("url-safe", "short")),
    ):
        for kind, fault, edit in faults:
            if kind in kinds:
                edit_field = {stage: field(word, number, edit)}
                yield damaged(f"{what}-{kind}", fault.format(noun), **edit_field)
    bits = field(b"vault", 1, lambda one: one[:4] + b"\xc3\xa9" + one[6:])
    yield damaged("vault-id-not-ascii", "a character that is not ASCII in the vault id", covered=bits)
    broken = field(b"vault", 3, lambda one: one[:20] + b"\n" + one[20:])
    yield damaged("vault-public-key-broken", "an LF inside the vault public key", covered=broken)
    yield damaged("wrapped-79-bytes", "79 wrapped bytes", wrapped_secrets=lambda both: both[:-1])
    yield damaged("wrapped-81-bytes", "81 wrapped bytes", wrapped_secrets=lambda both: both + b"\0")
    yield damaged(
        "key-box-long", "a key slot's box a byte long",
        slot_lines=lambda random, key: [slot(random, key, b"m1", M1, more_around=b"\0")],
    )


def numbers():
    wrong = (
        ("zero", "0"),
        ("leading-zero", "01"),
        ("plus", "+1"),
        ("minus", "-1"),
        ("decimal", "1.0"),
        ("hexadecimal", "0x1"),
        ("exponent", "1e0"),
        ("empty", ""),
        ("2-63", str(2**63)),
        ("2-64", str(2**64 + 1)),
        ("arabic", "\u0661"),
    )
    for what, number_of in (("epoch", (b"vault", 2)), ("generation", (b"generation", 1))):
        for kind, written in wrong:
            if (what, kind) != ("generation", "empty"):
                shown = ascii(written)[1:-1] or "empty"
                edit = field(*number_of, lambda _, written=written: written.encode())
                yield damaged(f"{what}-{kind}", f"the {what} is {shown}", covered=edit)
    for what, number in (("opslimit", 2), ("memlimit", 3)):
        for kind, change in (("leading-zero", b"0%b"), ("plus", b"+%b")):
            edit = field(b"passphrase", number, lambda one, change=change: change % one)
            yield damaged(f"{what}-{kind}", f"{what} with a {kind.replace('-', ' ')}", covered=edit)


def limits():
    for name, written, used in (
        ("opslimit-0", (0, 65536), (1, 65536)),
        ("opslimit-17", (17, 65536), None),
        ("opslimit-2-32", (2**32 + 1, 65536), (1, 65536)),
        ("opslimit-2-63", (2**63, 65536), (1, 65536)),
        ("memlimit-0", (1, 0), (1, 65536)),
        ("memlimit-65535", (1, 65535), None),
        ("memlimit-1048577", (1, 1048577), None),
        ("memlimit-2-54", (1, 2**54 + 65536), (1, 65536)),
        ("memlimit-bytes", (1, 67108864), (1, 65536)),
    ):
        fault = f"opslimit {written[0]}, memlimit {written[1]}"
        yield damaged(name, fault, limits=written, kdf=used)


def key_slots():
    for name, written in (
        ("upper-case", b"M1"),
        ("dot-first", b".m1"),
        ("hyphen-first", b"-m1"),
        ("underscore-first", b"_m1"),
        ("slash", b"m/1"),
        ("at", b"me@m1"),
        ("not-ascii", "mé".encode()),
        ("65-characters", b"m" * 65),
        ("control", b"m\x07"),
        ("nul", b"m\0"),
    ):
        fault = f"the key name {ascii(written.decode())[1:-1]}"
        yield damaged(f"key-name-{name}", fault, machines=[(written, M1)])
    yield damaged("key-name-twice", "two keys with one name", machines=[(b"m1", M1), (b"m1", M2)])
    yield damaged(
        "key-name-twice-apart", "the first and the third key with one name",
        machines=[(b"m1", M1), (b"m2", M2), (b"m1", M3)],
    )
    yield damaged("key-twice", "one public key under two names", machines=[(b"m1", M1), (b"m2", M1)])
    many = [(b"m%d" % number, machine(str(number))) for number in range(65)]
    yield damaged("65-keys", "65 key slots", machines=many)


def too_large():
    yield damaged(
        "over-64-kib", "a key name of 64 KiB takes the header over 64 KiB",
        header=line(b"key", lambda one: one.replace(b" m1 ", b" %b " % (b"m" * 65536))),
    )


def cuts():
    good = forge("header-cut")
    start = body_start(good)
    for name, fault, file in (
        ("empty", "the file is empty", b""),
        ("cut-version", "the file ends in the version line", good[:6]),
        ("cut-version-lf", "the file ends before the version line's LF", good[:12]),
        ("cut-after-version", "the file ends after the version line", good[:13]),
        ("cut-vault", "the file ends in the vault line", good[:40]),
        ("cut-key", "the file ends in the key line", good[: good.index(b"\nkey ") + 20]),
        ("cut-before-mac", "the file ends before the mac line", good[: good.index(b"\nmac ") + 1]),
        ("cut-mac", "the file ends in the mac line", good[: start - 10]),
        ("cut-mac-lf", "the file ends before the mac line's LF", good[: start - 1]),
        ("text", "the file is some other text", b"APP_ID=1\n"),
        ("zeros", "the file is zero bytes", bytes(400)),
        ("age", "the file is one of age's", b"age-encryption.org/v1\n-> X25519 x\n--- x\n"),
        ("newline-first", "an LF before the file", b"\n" + good),
    ):
        yield by_passphrase(f"header-{name}", file, fault, DAMAGED)


def vectors():
    yield from whole_lines()
    yield from later_lines()
    yield from mac_lines()
    yield from base64_fields()
    yield from numbers()
    yield from limits()
    yield from key_slots()
    yield from too_large()
    yield from cuts()
