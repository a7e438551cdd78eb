"""Well-formed files that cannot be opened: slots, MAC and payload."""

import sodium
import vault_format as vaults
from forge import (
    GOOD_PLAINTEXT, M1, M2, M3, OTHER_PUBLIC, OTHER_SECRET, VAULT_ID, VAULT_SECRET, body_start, chunks, field,
    flip, flip_in_base64, forge, line, numbered, seeded, slot, swap,
)
from vector import by_key, by_passphrase
from vectors_good import CHUNK, filled

OPEN, DAMAGED, LOCKED, EITHER = (0,), (65,), (77,), (65, 77)
THREE_CHUNKS = vaults.encode_records(
    [filled("app:1", CHUNK - 100), filled("page:1", CHUNK), filled("page:2", 200)]
)
ONE_FULL_CHUNK = vaults.encode_records([filled("app:1", CHUNK)])


def passphrase_slot():
    def locked(name, fault, **how):
        return by_passphrase(f"slot-{name}", forge(name, **how), fault, LOCKED)

    good = forge("passphrase")
    for name, passphrase, fault in (
        ("wrong", b"FAKE word", "another passphrase"),
        ("case", b"fake pass", "the passphrase in lower case"),
        ("space", b"FAKE pass ", "a space after the passphrase"),
        ("newline", b"FAKE pass\n", "an LF after the passphrase"),
        ("cut", b"FAKE pas", "the passphrase without its last byte"),
        ("empty", b"", "an empty passphrase"),
        ("nul", b"FAKE pass\0", "a NUL after the passphrase"),
        ("1025-bytes", b"F" * 1025, "a passphrase of 1025 bytes"),
    ):
        status = (64, 77) if name in ("empty", "nul", "1025-bytes") else LOCKED
        yield by_passphrase(
            f"slot-passphrase-{name}", good, fault, status, passphrase, "slot-passphrase.vault"
        )
    yield locked("wrapped-flip", "a bit of the wrapped keys flipped",
                 header=field(b"passphrase", 5, flip_in_base64))
    yield locked("salt-flip", "a bit of the salt flipped", header=field(b"passphrase", 4, flip_in_base64))
    yield locked("opslimit-changed", "another opslimit than the keys were wrapped with",
                 header=swap(b"argon2id 1 ", b"argon2id 2 "))
    yield locked("epoch-changed", "another epoch than the keys were wrapped with",
                 header=field(b"vault", 2, lambda _: b"2"))
    yield locked("vault-id-flip", "another vault id than the keys were wrapped with",
                 header=field(b"vault", 1, flip_in_base64))
    yield locked("public-key-flip", "another vault public key than the keys were wrapped with",
                 header=field(b"vault", 3, flip_in_base64))


def key_slot():
    def vector(name, fault, status, key_file=("m1.key", M1.key_file()), **how):
        return by_key(f"slot-{name}", forge(name, **how), fault, status, key_file)

    def one_slot(**how):
        return lambda random, data_key: [slot(random, data_key, b"m1", M1, **how)]

    yield vector("key-no-slots", "no machine key slot at all", LOCKED, machines=())
    yield vector("key-other-machine", "no slot for this machine", LOCKED, machines=[(b"m1", M2)])
    yield vector("key-box-flip", "a bit of the key slot's box flipped", LOCKED,
                 header=field(b"key", 4, flip_in_base64))
    yield vector("key-nonce-flip", "a bit of the key slot's nonce flipped", LOCKED,
                 header=field(b"key", 4, lambda one: (b"B" if one[:1] == b"A" else b"A") + one[1:]))
    yield vector("key-boxes-swapped", "the boxes of two machines exchanged", LOCKED,
                 machines=[(b"m1", M1), (b"m2", M2)], header=exchange_boxes)
    yield vector("key-public-keys-swapped", "the public keys of two machines exchanged", LOCKED,
                 machines=[(b"m1", M1), (b"m2", M2)], header=exchange_public_keys)
    yield vector("key-box-copied", "", OPEN, machines=[(b"m2", M2), (b"m1", M1)], header=copy_box)
    yield vector("key-box-other-vault", "the box made with another vault's secret key", LOCKED,
                 slot_lines=one_slot(vault_secret=OTHER_SECRET))
    yield vector("key-other-vault", "a vault slipped in: its own key pair, and a box made with it", LOCKED,
                 public_key=OTHER_PUBLIC, slot_lines=one_slot(vault_secret=OTHER_SECRET),
                 wrapped_secrets=lambda both: both[:32] + OTHER_SECRET)
    yield vector("key-header-names-other", "the header names another vault public key, the box is right",
                 LOCKED, public_key=OTHER_PUBLIC)
    yield vector("key-file-names-other", "the key file names another vault public key", LOCKED,
                 key_file=("m1x.key", M1.key_file(OTHER_PUBLIC)))
    yield vector("key-seal", "the box opens; the seal in it is for another machine", EITHER,
                 slot_lines=one_slot(sealed_for=M2))
    yield vector("key-seal-flip", "the box opens; a bit of the seal in it is flipped", EITHER,
                 slot_lines=flipped_seal)
    yield vector("key-epoch-lower", "the slot's epoch is 1, the header's 2", DAMAGED,
                 epoch=2, slot_lines=one_slot(epoch=1))
    yield vector("key-epoch-higher", "the slot's epoch is 2, the header's 1", DAMAGED,
                 slot_lines=one_slot(epoch=2))
    yield vector("key-epoch-high-byte", "the slot's epoch differs in its highest byte", DAMAGED,
                 slot_lines=one_slot(epoch=1 + 2**56))
    yield vector("key-epoch-little-endian", "the slot's epoch is little-endian", DAMAGED,
                 slot_lines=one_slot(epoch=2**56))
    yield vector("key-vault-id", "the slot is for another vault id", DAMAGED,
                 slot_lines=one_slot(vault_id=flip(15)(VAULT_ID)))


def flipped_seal(random, data_key):
    inner = data_key + (1).to_bytes(8, "big") + VAULT_ID
    sealed = flip(60)(sodium.box_seal(inner, M1.public_key, random(32)))
    nonce = vaults.slot_nonce(data_key, 1, VAULT_ID, b"m1", M1.public_key, VAULT_SECRET, sealed)
    box = sodium.box_easy(sealed, nonce, M1.public_key, VAULT_SECRET)
    return [vaults.KeySlot(b"m1", M1.public_key, nonce + box).line()]


def exchange_boxes(text):
    lines = text.splitlines(keepends=True)
    (first, first_box), (second, second_box) = (one.rsplit(b" ", 1) for one in lines[-2:])
    return b"".join([*lines[:-2], first + b" " + second_box, second + b" " + first_box])


def exchange_public_keys(text):
    lines = text.splitlines(keepends=True)
    first, second = (one.split(b" ") for one in lines[-2:])
    first[3], second[3] = second[3], first[3]
    return b"".join([*lines[:-2], b" ".join(first), b" ".join(second)])


def copy_box(text):
    """Puts the last machine's box into the slot before its own too."""
    lines = text.splitlines(keepends=True)
    before, last = (one.rsplit(b" ", 1) for one in lines[-2:])
    return b"".join([*lines[:-2], before[0] + b" " + last[1], lines[-1]])


def header_mac():
    """Headers changed after the MAC was computed.

    They are opened with the machine key, because with the passphrase, some faults are found earlier.
    """
    two = {"machines": [(b"m1", M1), (b"m2", M2)]}
    for name, fault, edit, how in (
        ("generation", "the generation raised", swap(b"generation 1\n", b"generation 2\n"), {}),
        ("opslimit", "the opslimit lowered", swap(b"argon2id 2 ", b"argon2id 1 "), {"limits": (2, 65536)}),
        ("memlimit", "the memlimit raised", swap(b" 65536 ", b" 65537 "), {}),
        ("salt", "a bit of the salt flipped", field(b"passphrase", 4, flip_in_base64), {}),
        ("wrapped", "a bit of the wrapped keys flipped", field(b"passphrase", 5, flip_in_base64), {}),
        ("key-name", "a key renamed", swap(b" m1 ", b" m0 "), {}),
        ("key-removed", "another machine's key slot removed", line(b"key x25519 m2", lambda _: b""), two),
        ("key-added", "a key slot added", added_slot, {}),
        ("keys-reordered", "two key slots in another order", last_two_reordered, two),
    ):
        # The MAC covers the text before the edit, and the payload key is derived from that MAC.
        file = forge(f"mac-{name}", **how)
        yield by_key(f"mac-{name}", changed_header(file, edit), fault, DAMAGED)
    by_words = forge("mac-generation")
    raised = changed_header(by_words, swap(b"generation 1\n", b"generation 2\n"))
    yield by_passphrase("mac-generation-by-passphrase", raised, "the generation raised", DAMAGED,
                        file_name="mac-generation.vault")
    yield mac_vector("flip-first", "the first bit of the MAC flipped", mac=flip(0, 7))
    yield mac_vector("flip-last", "the last bit of the MAC flipped", mac=flip(31))
    yield mac_vector("zero", "a MAC of zero bytes", mac=lambda _: bytes(32))
    yield mac_vector("other-key", "the MAC made with another data key",
                     mac_key=seeded("another data key")(32))
    yield mac_vector(
        "no-lf", "the MAC leaves out the LF before the mac line", mac_data=lambda text: text[:-1])
    yield mac_vector("with-word", "the MAC includes the word mac", mac_data=lambda text: text + b"mac ")


def mac_vector(name, fault, **how):
    return by_key(f"mac-{name}", forge(f"mac-{name}", **how), fault, DAMAGED)


def changed_header(file, edit):
    mac = file.index(b"\nmac ") + 1
    return edit(file[:mac]) + file[mac:]


def added_slot(text):
    return text + slot(seeded("an added slot"), bytes(32), b"m3", M3)


def last_two_reordered(text):
    lines = text.splitlines(keepends=True)
    return b"".join([*lines[:-2], lines[-1], lines[-2]])


def arranged():
    def vector(name, fault, arrange, plaintext=THREE_CHUNKS):
        file = forge(f"payload-{name}", plaintext=plaintext, payload=chunks(arrange))
        return by_key(f"payload-{name}", file, fault, DAMAGED)

    yield vector("first-dropped", "the first of three chunks dropped", lambda all: all[1:])
    yield vector("middle-dropped", "the second of three chunks dropped", lambda all: [all[0], all[2]])
    yield vector("last-dropped", "the last of three chunks dropped", lambda all: all[:2])
    yield vector("all-but-first-dropped", "only the first of three chunks", lambda all: all[:1])
    yield vector("swapped", "the first two chunks exchanged", lambda all: [all[1], all[0], all[2]])
    yield vector("twice", "the second chunk twice", lambda all: [all[0], all[1], all[1], all[2]])
    yield vector("last-twice", "the only chunk twice", lambda all: all * 2, ONE_FULL_CHUNK)
    yield vector("byte-after", "a byte after the last chunk", lambda all: [*all, b"\n"], GOOD_PLAINTEXT)
    yield vector(
        "byte-after-full", "a byte after a full last chunk", lambda all: [*all, b"\0"], ONE_FULL_CHUNK)
    yield vector("bytes-after-full", "16 zero bytes after a full last chunk",
                 lambda all: [*all, bytes(16)], ONE_FULL_CHUNK)
    yield vector("none", "no chunk at all", lambda all: [], GOOD_PLAINTEXT)


def sealed_wrongly():
    def vector(name, fault, renumber, plaintext=THREE_CHUNKS):
        file = forge(f"payload-{name}", plaintext=plaintext, payload=numbered(renumber))
        return by_key(f"payload-{name}", file, fault, DAMAGED)

    yield vector("last-not-flagged", "the last chunk is not sealed as the last",
                 lambda parts: [(number, False, part) for number, part in enumerate(parts)])
    yield vector("only-not-flagged", "the only chunk is not sealed as the last",
                 lambda parts: [(0, False, parts[0])], GOOD_PLAINTEXT)
    yield vector("all-flagged", "every chunk is sealed as the last",
                 lambda parts: [(number, True, part) for number, part in enumerate(parts)])
    yield vector("numbers-from-1", "the chunks are numbered from 1",
                 lambda parts: [(n, n == len(parts), part) for n, part in enumerate(parts, 1)])
    yield vector("number-again", "two chunks with one number",
                 lambda parts: [(n // 2, n == 2, part) for n, part in enumerate(parts)])
    yield vector("empty-after-full", "an empty last chunk after a full one, rightly sealed",
                 lambda parts: [(0, False, parts[0]), (1, True, b"")], ONE_FULL_CHUNK)
    yield vector("empty-after-last", "an empty chunk after the last, sealed as the last again",
                 lambda parts: [(0, True, parts[0]), (1, True, b"")], ONE_FULL_CHUNK)
    yield vector("empty-not-flagged", "an empty payload whose chunk is not sealed as the last",
                 lambda parts: [(0, False, b"")], b"")
    yield vector("chunk-too-long", "a chunk of 16385 bytes", lambda parts: [(0, True, b"".join(parts))],
                 vaults.encode_records([filled("app:1", CHUNK + 1)]))
    yield vector("short-chunks", "two chunks of half the size",
                 lambda parts: [(0, False, parts[0][:CHUNK // 2]), (1, True, parts[0][CHUNK // 2:])],
                 ONE_FULL_CHUNK)


def changed_payload():
    file = forge("payload")
    start = body_start(file)
    for name, fault, changed in (
        ("nonce-flip", "a bit of the payload nonce flipped", flip(start + 31)(file)),
        ("flip-first", "the first bit of the chunk flipped", flip(start + 32, 7)(file)),
        ("flip-tag", "the last bit of the chunk's tag flipped", flip(-1)(file)),
        ("nonce-short", "the payload nonce is a byte short", file[:start + 31] + file[start + 32:]),
        ("nonce-missing", "no payload nonce", file[:start] + file[start + 32:]),
        ("cut-after-mac", "the file ends after the mac line", file[:start]),
        ("cut-nonce", "the file ends in the payload nonce", file[: start + 31]),
        ("cut-tag", "the file ends 15 bytes into the chunk", file[: start + 47]),
        ("cut-16", "the file ends 16 bytes into the chunk", file[: start + 48]),
        ("cut-byte", "the file lacks its last byte", file[:-1]),
        ("lf-after", "an LF after the file", file + b"\n"),
        ("file-twice", "the file twice", file + file),
    ):
        yield by_key(f"payload-{name}", changed, fault, DAMAGED)
    large = forge("payload-large", plaintext=THREE_CHUNKS)
    start = body_start(large) + 32
    sealed_chunk = vaults.SEALED_CHUNK
    for name, fault, changed in (
        ("flip-middle", "a bit of the second of three chunks flipped", flip(start + sealed_chunk + 9)(large)),
        ("flip-last", "a bit of the last of three chunks flipped", flip(-40)(large)),
        ("cut-at-chunk", "the file ends after the second of three chunks", large[: start + 2 * sealed_chunk]),
        ("cut-in-chunk", "the file ends in the second of three chunks", large[: start + sealed_chunk + 99]),
    ):
        yield by_key(f"payload-{name}", changed, fault, DAMAGED)
    yield other_payloads(file)


def other_payloads(file):
    """Two saves of a vault have the same data key but different payload keys."""
    other = forge("payload", header=swap(b"generation 1\n", b"generation 2\n"))
    mixed = other[:body_start(other)] + file[body_start(file):]
    return by_key("payload-older", mixed, "the payload of an earlier save under a new header", DAMAGED)


def vectors():
    yield from passphrase_slot()
    yield from key_slot()
    yield from header_mac()
    yield from arranged()
    yield from sealed_wrongly()
    yield from changed_payload()
