"""Files with machine key slots that the owner did not make for this state of the vault.

The files are otherwise intact, and the machine key of a slot opens them unless its slot is invalid.
With the passphrase, one can see to which slots the next data key must not be sealed.
"""

import sodium
import vault_format as vaults
from forge import (
    M1, M2, M3, OTHER_SECRET, VAULT_ID, VAULT_PUBLIC, VAULT_SECRET, b64, flip, forge, machine, slot,
)
from vector import by_key, by_passphrase

OPEN, DAMAGED, LOCKED = (0,), (65,), (77,)
M2_KEY_FILE = ("m2.key", M2.key_file())


def mine(random, data_key):
    return slot(random, data_key, b"m1", M1)


def line(name, public_key, sealed):
    return b"key x25519 %b %b %b\n" % (name, b64(public_key), b64(sealed))


def raw(name, public_key):
    return lambda random, data_key: line(name, public_key, random(144))


def field_of(key_line):
    """Returns the nonce and box of a line."""
    return vaults.decode_base64(key_line.rstrip(b"\n").rpartition(b" ")[2], 144)


def planted(random, data_key, nonce=None):
    """Makes a slot with the data key and a machine's private key: `crypto_box` is symmetric."""
    inner = data_key + (1).to_bytes(8, "big") + VAULT_ID
    sealed = sodium.box_seal(inner, M2.public_key, random(32))
    nonce = nonce or random(24)
    return line(b"m2", M2.public_key, nonce + sodium.box_easy(sealed, nonce, VAULT_PUBLIC, M2.private_key))


def resealed(random, data_key):
    """Makes a slot with the nonce of the owner's slot, but another sealed box."""
    return planted(random, data_key, field_of(slot(random, data_key, b"m2", M2))[:24])


def key_replaced(random, data_key):
    return line(b"m2", M2.public_key, field_of(slot(random, data_key, b"m2", M3)))


def renamed(random, data_key):
    return slot(random, data_key, b"m3", M2).replace(b" m3 ", b" m2 ")


def names_exchanged(random, data_key):
    one, other = slot(random, data_key, b"m1", M2), slot(random, data_key, b"m2", M1)
    return [one.replace(b" m1 ", b" m2 "), other.replace(b" m2 ", b" m1 ")]


def hashed(key=VAULT_SECRET, number=3, size=24, edit=lambda parts: parts):
    """Makes a nonce that is almost correct."""

    def nonce(data_key, epoch, vault_id, name, public_key, vault_secret, sealed):
        parts = edit([epoch.to_bytes(8, "big"), vault_id, data_key, public_key, sealed, name])
        purpose = sodium.kdf_derive_from_key(number, vaults.CONTEXT, key or data_key)
        return sodium.generichash(size, b"".join(parts), purpose)[:24]

    return nonce


def second(make):
    """Makes the owner's slot and another one."""
    return lambda random, data_key: [mine(random, data_key), make(random, data_key)]


def made(**how):
    return second(lambda random, data_key: slot(random, data_key, b"m2", M2, **how))


def faults():
    """Yields the name, the fault, the key lines, and the status with the second machine's key."""
    yield "planted", "a slot made with the data key and the machine's own key", second(planted), OPEN
    yield "earlier-version", "a slot under a random nonce", second(
        lambda random, data_key: slot(random, data_key, b"m2", M2, nonce=lambda *_: random(24))), OPEN
    yield "garbage", "a slot of random bytes", second(raw(b"m2", M2.public_key)), LOCKED
    yield "weak-public-key", "a public key of zero bytes", second(raw(b"m2", bytes(32))), LOCKED
    yield "resealed", "another seal under the nonce of the owner's slot", second(resealed), OPEN
    yield "key-replaced", "another public key on the owner's slot", second(key_replaced), LOCKED
    yield "renamed", "the owner's slot under another name", second(renamed), OPEN
    yield "other-data-key", "a slot of a fork: its epoch is this one's, its data key is not", second(
        lambda random, data_key: slot(random, random(32), b"m2", M2)), DAMAGED
    yield "other-epoch", "a slot of another epoch", made(epoch=2), DAMAGED
    yield "other-vault-id", "a slot of a vault with the same key pair and another id", made(
        vault_id=flip(15)(VAULT_ID)), DAMAGED
    yield "other-vault", "a slot of another vault", made(vault_secret=OTHER_SECRET), LOCKED
    for name, fault, nonce in (
        ("nonce-by-data-key", "a nonce keyed with the data key", hashed(key=None)),
        ("nonce-by-machine-key", "a nonce keyed with the machine's private key", hashed(key=M2.private_key)),
        ("nonce-id-2", "a nonce keyed with the subkey of another id", hashed(number=2)),
        ("nonce-cut", "a nonce cut from a hash of 32 bytes", hashed(size=32)),
        ("nonce-without-name", "a nonce that leaves out the name", hashed(edit=lambda parts: parts[:-1])),
        ("nonce-without-seal", "a nonce that leaves out the seal",
         hashed(edit=lambda parts: parts[:4] + parts[5:])),
        ("nonce-without-key", "a nonce that leaves out the public key",
         hashed(edit=lambda parts: parts[:3] + parts[4:])),
        ("nonce-without-data-key", "a nonce that leaves out the data key",
         hashed(edit=lambda parts: parts[:2] + parts[3:])),
        ("nonce-little-endian", "a nonce of the epoch in the other order",
         hashed(edit=lambda parts: [parts[0][::-1], *parts[1:]])),
    ):
        yield name, fault, made(nonce=nonce), OPEN


def vectors():
    for name, fault, slot_lines, own in faults():
        name = f"keys-{name}"
        file = forge(name, slot_lines=slot_lines)
        shared = {"file_name": f"{name}.vault"}
        yield by_passphrase(name, file, fault, unvouched=("m2",), **shared)
        yield by_key(f"{name}-by-m1", file, fault, **shared)
        yield by_key(f"{name}-by-m2", file, fault, own, M2_KEY_FILE, **shared)
    file = forge("keys-names-exchanged", slot_lines=names_exchanged)
    fault = "two of the owner's slots under each other's names"
    yield by_passphrase("keys-names-exchanged", file, fault, unvouched=("m2", "m1"))
    yield by_key("keys-names-exchanged-by-m1", file, fault, file_name="keys-names-exchanged.vault")
    file = forge("keys-several", slot_lines=several)
    fault = "three slots planted around the owner's"
    yield by_passphrase("keys-several", file, fault, unvouched=("p0", "p1", "p2"))


def several(random, data_key):
    def added_by_another(name):
        return slot(random, data_key, name, machine(name.decode()), nonce=lambda *_: random(24))

    names = (b"p0", b"p1", b"p2")
    first, *others = (added_by_another(name) for name in names)
    return [first, mine(random, data_key), *others]
