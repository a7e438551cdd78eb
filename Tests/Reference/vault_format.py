"""A second implementation of the tokenvault file, format 1, to be read along with the design, and for tests.

    tokenvault/1
    vault <vault id: 16> <epoch> <vault public key: 32>
    generation <generation>
    passphrase argon2id <opslimit> <memlimit in KiB> <salt: 16> <wrapped: 80>
    key x25519 <name> <machine public key: 32> <nonce and box: 24 + 120>        (zero or more)
    mac <32>
    <payload nonce: 32 raw bytes><chunk 0><chunk 1>…<last chunk>

It converts between bytes and values without I/O; `vault_writer.py` changes vaults. It does not wipe memory,
check file modes or keep a high-water mark: use it only for tests. See also `python3 vault_format.py --help`.
"""

import base64
import dataclasses
import re

import metadata
import sodium

VERSION = b"tokenvault/1"
CONTEXT = b"tokenvlt"
HEADER_LIMIT = 65536
MAX_KEY_SLOTS = 64
OPSLIMITS = range(1, 17)
MEMLIMITS = range(65536, 1048577)
CHUNK = 16384
SEALED_CHUNK = CHUNK + sodium.TAG
SECRET_LIMIT = 65536

KEY_NAME = re.compile(rb"[a-z0-9][a-z0-9._-]{0,63}")
NUMBER = re.compile(rb"[1-9][0-9]*")
REFERENCE = re.compile(metadata.REFERENCE.pattern.encode())
SECRET = re.compile(rb"[\x21-\x7e]+")
KEY_FILE_WORD = b"TOKENVAULT-KEY-1"


class VaultError(Exception):
    """An error, whose `status` is the exit status of tokenvault for it."""


class Damaged(VaultError):
    status = 65


class Locked(VaultError):
    status = 77


# Fields


def encode_base64(raw):
    return base64.b64encode(raw).rstrip(b"=")


def decode_base64(field, size):
    characters = (size * 8 + 5) // 6
    if not re.fullmatch(rb"[A-Za-z0-9+/]{%d}" % characters, field):
        raise Damaged(f"a field is not {size} bytes in base64")
    raw = base64.b64decode(field + b"=" * (-characters % 4))
    if encode_base64(raw) != field:
        raise Damaged("the trailing bits of base64 are not zero")
    return raw


def decode_number(field):
    if not NUMBER.fullmatch(field) or len(field) > 19 or int(field) >= 2**63:
        raise Damaged("a field is not a number from 1 to 2^63 - 1")
    return int(field)


# Header


@dataclasses.dataclass(frozen=True)
class KeySlot:
    name: bytes
    public_key: bytes
    box: bytes  # preceded by its nonce

    def line(self):
        fields = (self.name, encode_base64(self.public_key), encode_base64(self.box))
        return b"key x25519 %b %b %b\n" % fields


@dataclasses.dataclass(frozen=True)
class Header:
    vault_id: bytes
    epoch: int
    public_key: bytes
    generation: int
    opslimit: int
    memlimit: int  # KiB
    salt: bytes
    wrapped: bytes = b""
    keys: tuple = ()
    mac: bytes = b""

    def vault_line(self):
        fields = (encode_base64(self.vault_id), self.epoch, encode_base64(self.public_key))
        return b"vault %b %d %b\n" % fields

    def passphrase_line_before_wrapped(self):
        return b"passphrase argon2id %d %d %b" % (self.opslimit, self.memlimit, encode_base64(self.salt))

    def wrapping_data(self):
        """Returns the additional data of the passphrase slot."""
        return self.vault_line() + self.passphrase_line_before_wrapped()

    def before_mac(self):
        passphrase_line = self.passphrase_line_before_wrapped() + b" " + encode_base64(self.wrapped)
        start = VERSION + b"\n" + self.vault_line() + b"generation %d\n" % self.generation
        return start + passphrase_line + b"\n" + b"".join(slot.line() for slot in self.keys)

    def encoded(self):
        return self.before_mac() + b"mac " + encode_base64(self.mac) + b"\n"


def parse_header(file):
    """Returns the header and the bytes after it. Nothing is authenticated yet."""
    lines, position = [], 0
    while not lines or not lines[-1].startswith(b"mac "):
        end = file.find(b"\n", position, HEADER_LIMIT)
        if end < 0:
            raise Damaged("no mac line within 64 KiB")
        lines.append(file[position:end])
        position = end + 1
    if lines[0] != VERSION or len(lines) < 5:
        raise Damaged("not a vault of format 1")
    vault_id, epoch, public_key = _fields(lines[1], b"vault", 3)
    (generation,) = _fields(lines[2], b"generation", 1)
    opslimit, memlimit, salt, wrapped = _fields(lines[3], b"passphrase argon2id", 4)
    (mac,) = _fields(lines[-1], b"mac", 1)
    header = Header(
        vault_id=decode_base64(vault_id, 16),
        epoch=decode_number(epoch),
        public_key=decode_base64(public_key, 32),
        generation=decode_number(generation),
        opslimit=decode_number(opslimit),
        memlimit=decode_number(memlimit),
        salt=decode_base64(salt, 16),
        wrapped=decode_base64(wrapped, 80),
        keys=tuple(_key_slot(line) for line in lines[4:-1]),
        mac=decode_base64(mac, 32),
    )
    if header.opslimit not in OPSLIMITS or header.memlimit not in MEMLIMITS:
        raise Damaged("a KDF limit is out of range")
    if len(header.keys) > MAX_KEY_SLOTS:
        raise Damaged("more than 64 key slots")
    for unique in ("name", "public_key"):
        if len({getattr(slot, unique) for slot in header.keys}) < len(header.keys):
            raise Damaged(f"two key slots with the same {unique}")
    return header, file[position:]


def _fields(line, words, count):
    if not line.startswith(words + b" "):
        raise Damaged(f"the {words.decode()} line is missing")
    fields = line[len(words) + 1:].split(b" ")
    if len(fields) != count:
        raise Damaged(f"the {words.decode()} line has {len(fields)} fields")
    return fields


def _key_slot(line):
    name, public_key, box = _fields(line, b"key x25519", 3)
    if not KEY_NAME.fullmatch(name):
        raise Damaged("an invalid key name")
    return KeySlot(name, decode_base64(public_key, 32), decode_base64(box, 144))


def header_mac(before_mac, data_key):
    key = sodium.kdf_derive_from_key(1, CONTEXT, data_key)
    return sodium.generichash(32, before_mac, key)


# Passphrase slot


def passphrase_key(passphrase, salt, opslimit, memlimit):
    return sodium.pwhash(passphrase, salt, opslimit, memlimit * 1024)


def wrap(header, passphrase, data_key, secret_key):
    key = passphrase_key(passphrase, header.salt, header.opslimit, header.memlimit)
    return sodium.aead_encrypt(key, bytes(24), data_key + secret_key, header.wrapping_data())


def unwrap(header, passphrase):
    """Returns the data key and the vault's private key."""
    if not 1 <= len(passphrase) <= 1024 or 0 in passphrase:
        raise Locked("not a valid passphrase")
    key = passphrase_key(passphrase, header.salt, header.opslimit, header.memlimit)
    opened = sodium.aead_decrypt(key, bytes(24), header.wrapped, header.wrapping_data())
    if opened is None:
        raise Locked("wrong passphrase, or the passphrase slot or vault line is damaged")
    return opened[:32], opened[32:]


# Machine key slots


@dataclasses.dataclass(frozen=True)
class MachineKey:
    private_key: bytes
    vault_public_key: bytes

    def encoded(self):
        return KEY_FILE_WORD + b" " + encode_base64(self.private_key + self.vault_public_key) + b"\n"


def parse_key_file(file):
    lines = [line.removesuffix(b"\r") for line in file.split(b"\n")]
    lines = [line for line in lines if line and not line.startswith(b"#")]
    if len(lines) != 1:
        raise Locked(f"the key file has {len(lines)} keys")
    try:
        (field,) = _fields(lines[0], KEY_FILE_WORD, 1)
        raw = decode_base64(field, 64)
    except Damaged as reason:
        raise Locked(f"the key file is damaged: {reason}") from None
    return MachineKey(raw[:32], raw[32:])


def slot_nonce(data_key, epoch, vault_id, name, machine_public_key, vault_secret_key, sealed):
    """Returns the nonce that vouches for a slot: computing it requires the vault's private key."""
    state = epoch.to_bytes(8, "big") + vault_id + data_key
    key = sodium.kdf_derive_from_key(3, CONTEXT, vault_secret_key)
    return sodium.generichash(24, state + machine_public_key + sealed + name, key)


def box_data_key(data_key, epoch, vault_id, name, machine_public_key, vault_secret_key, random):
    """Returns the last field of a key slot: nonce and box."""
    inner = data_key + epoch.to_bytes(8, "big") + vault_id
    sealed = sodium.box_seal(inner, machine_public_key, random(32))
    nonce = slot_nonce(data_key, epoch, vault_id, name, machine_public_key, vault_secret_key, sealed)
    return nonce + sodium.box_easy(sealed, nonce, machine_public_key, vault_secret_key)


def vouched(header, data_key, vault_secret_key):
    """Returns the slots that the owner made for this data key.

    Others were planted, or restored from an earlier state.
    """

    def is_vouched(slot):
        nonce, box = slot.box[:24], slot.box[24:]
        sealed = sodium.box_open_easy(box, nonce, slot.public_key, vault_secret_key)
        state = (data_key, header.epoch, header.vault_id)
        return sealed is not None and nonce == slot_nonce(
            *state, slot.name, slot.public_key, vault_secret_key, sealed)

    return tuple(slot for slot in header.keys if is_vouched(slot))


def unbox(header, machine):
    """Returns the data key."""
    if header.public_key != machine.vault_public_key:
        raise Locked("the key file is for another vault")
    machine_public_key = sodium.public_key(machine.private_key)
    slot = next((slot for slot in header.keys if slot.public_key == machine_public_key), None)
    if slot is None:
        raise Locked("the vault has no slot for this key")
    nonce, box = slot.box[:24], slot.box[24:]
    sealed = sodium.box_open_easy(box, nonce, machine.vault_public_key, machine.private_key)
    if sealed is None:
        raise Locked("the box of the slot cannot be opened")
    inner = sodium.box_seal_open(sealed, machine.private_key)
    if inner is None:
        raise Locked("the sealed box in the slot cannot be opened")
    if inner[32:] != header.epoch.to_bytes(8, "big") + header.vault_id:
        raise Damaged("the slot is for another epoch or vault")
    return inner[:32]


# Payload


def payload_key(data_key, mac, nonce):
    key = sodium.kdf_derive_from_key(2, CONTEXT, data_key)
    return sodium.generichash(32, VERSION + b" payload" + mac + nonce, key)


def chunk_nonce(number, is_last):
    return bytes(15) + number.to_bytes(8, "big") + (b"\x01" if is_last else b"\x00")


def seal_payload(key, plaintext):
    pieces = [plaintext[start:start + CHUNK] for start in range(0, len(plaintext), CHUNK)] or [b""]
    last = len(pieces) - 1
    return b"".join(
        sodium.aead_encrypt(key, chunk_nonce(number, number == last), piece)
        for number, piece in enumerate(pieces)
    )


def open_payload(key, sealed):
    chunks = [sealed[start:start + SEALED_CHUNK] for start in range(0, len(sealed), SEALED_CHUNK)]
    if not chunks:
        raise Damaged("there are no chunks")
    plaintext = b""
    for number, chunk in enumerate(chunks):
        is_last = number == len(chunks) - 1
        piece = sodium.aead_decrypt(key, chunk_nonce(number, is_last), chunk)
        if piece is None:
            raise Damaged(f"chunk {number} cannot be decrypted")
        if piece == b"" and number > 0:
            raise Damaged("the last chunk is empty")
        plaintext += piece
    return plaintext


# Records


@dataclasses.dataclass(frozen=True)
class Record:
    reference: bytes
    secret: bytes
    metadata: bytes

    def encoded(self):
        return b"%b\t%b\t%b\n" % (self.reference, self.secret, self.metadata)


def parse_record(line):
    fields = line.split(b"\t", 2)
    if len(fields) != 3:
        raise Damaged("a record does not have three fields")
    record = Record(*fields)
    if not REFERENCE.fullmatch(record.reference):
        raise Damaged("an invalid reference")
    if not SECRET.fullmatch(record.secret) or len(record.secret) > SECRET_LIMIT:
        raise Damaged("a secret is not 1 byte to 64 KiB of printable ASCII")
    fault = metadata.fault(record.metadata)
    if fault:
        raise Damaged(f"invalid metadata: {fault}")
    return record


def parse_records(plaintext):
    if plaintext and not plaintext.endswith(b"\n"):
        raise Damaged("the last record does not end with a newline")
    records = [parse_record(line) for line in plaintext.split(b"\n")[:-1]]
    for record, following in zip(records, records[1:]):
        if record.reference >= following.reference:
            raise Damaged("the records are not sorted, or a reference occurs twice")
    return records


def encode_records(records):
    plaintext = b"".join(record.encoded() for record in sorted(records, key=lambda one: one.reference))
    parse_records(plaintext)
    return plaintext


# The whole file


@dataclasses.dataclass(frozen=True)
class Vault:
    header: Header
    data_key: bytes
    secret_key: bytes | None  # the vault's; not available with a machine key
    records: list

    def unvouched(self):
        """Returns the names of the machine keys that the owner did not add.

        Without the private key, the list is empty.
        """
        if self.secret_key is None:
            return []
        slots = vouched(self.header, self.data_key, self.secret_key)
        return [slot.name for slot in self.header.keys if slot not in slots]


def read(file, passphrase=None, key_file=None):
    """Opens the file with a passphrase or a key file, and checks every byte."""
    machine = parse_key_file(key_file) if key_file is not None else None
    header, body = parse_header(file)
    if machine:
        data_key, secret_key = unbox(header, machine), None
    else:
        data_key, secret_key = unwrap(header, passphrase)
    if header_mac(header.before_mac(), data_key) != header.mac:
        raise Damaged("the MAC of the header is wrong")
    nonce, sealed = body[:32], body[32:]
    if len(nonce) < 32:
        raise Damaged("the file ends in the payload nonce")
    plaintext = open_payload(payload_key(data_key, header.mac, nonce), sealed)
    return Vault(header, data_key, secret_key, parse_records(plaintext))


if __name__ == "__main__":
    import vault_command

    vault_command.main()
