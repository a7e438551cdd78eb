"""Makes vaults with a single fault each: everything that depends on the fault is recomputed.

`forge` builds a header from text, so that it can write headers that the writer would reject. Between
its steps, it passes the text to functions of the caller:

    covered     the header up to the salt, from which the data that the passphrase slot authenticates
                is taken
    header      the whole header before the MAC
    mac         the MAC; the payload key is derived from the returned one
    mac_line    the mac line
"""

import base64
import dataclasses

import sodium
import vault_format as vaults
from vault_writer import seeded

PASSPHRASE = b"FAKE pass"
SERIES = 1  # chosen so that no file contains text that a scanner would take for a token
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# The ID starts with ++++ in base64, for the faults that need such characters.
VAULT_ID = b"\xfb\xef\xbe" + seeded("the vault's id")(13)
VAULT_SECRET = seeded("the vault's key pair")(32)
VAULT_PUBLIC = sodium.public_key(VAULT_SECRET)
OTHER_SECRET = seeded("another vault's key pair")(32)
OTHER_PUBLIC = sodium.public_key(OTHER_SECRET)

GOOD_PLAINTEXT = b'app:1\tFAKE-a\t{"name":"One"}\npage:2\tFAKE-b\t{"app":"app:1"}\n'


@dataclasses.dataclass(frozen=True)
class Machine:
    private_key: bytes
    public_key: bytes

    def key_file(self, vault_public_key=VAULT_PUBLIC):
        return vaults.MachineKey(self.private_key, vault_public_key).encoded()


def machine(label):
    private_key = seeded(f"machine {label}")(32)
    return Machine(private_key, sodium.public_key(private_key))


M1, M2, M3 = machine("1"), machine("2"), machine("3")


def same(value):
    return value


def forge(
    name,
    plaintext=GOOD_PLAINTEXT,
    machines=((b"m1", M1),),
    slot_lines=None,
    limits=(1, 65536),
    kdf=None,
    epoch=1,
    public_key=VAULT_PUBLIC,
    wrapped_secrets=same,
    covered=same,
    header=same,
    mac_data=same,
    mac_key=None,
    mac=same,
    mac_line=same,
    payload=None,
):
    """Returns the file's bytes.

    `kdf` are the limits actually used, if those in the header cannot be. `slot_lines` makes the key
    lines from random bytes and the data key; `payload` seals a plaintext.
    """
    random = seeded(f"{name}, series {SERIES}")
    data_key, salt = random(32), random(16)
    fields = (b64(VAULT_ID), epoch, b64(public_key), *limits, b64(salt))
    text = covered(
        b"tokenvault/1\nvault %b %d %b\ngeneration 1\npassphrase argon2id %d %d %b" % fields
    )
    key = vaults.passphrase_key(PASSPHRASE, salt, *(kdf or limits))
    secrets = wrapped_secrets(data_key + VAULT_SECRET)
    text += b" " + b64(sodium.aead_encrypt(key, bytes(24), secrets, wrapping_data(text))) + b"\n"
    if slot_lines is None:
        slot_lines = [
            slot(random, data_key, machine_name, machine, epoch=epoch)
            for machine_name, machine in machines
        ]
    else:
        slot_lines = slot_lines(random, data_key)
    text = header(text + b"".join(slot_lines))
    mac = mac(vaults.header_mac(mac_data(text), mac_key or data_key))
    nonce = random(32)
    key = vaults.payload_key(data_key, mac, nonce)
    sealed = nonce + (payload or vaults.seal_payload)(key, plaintext)
    return text + mac_line(b"mac " + b64(mac) + b"\n") + sealed


def wrapping_data(text):
    lines = text.split(b"\n")
    vault_lines = [line for line in lines if line.lstrip().startswith(b"vault")] or [b""]
    return vault_lines[0] + b"\n" + lines[-1]


def slot(
    random,
    data_key,
    name,
    machine,
    epoch=1,
    vault_id=VAULT_ID,
    vault_secret=VAULT_SECRET,
    sealed_for=None,
    more_inside=b"",
    more_around=b"",
    nonce=vaults.slot_nonce,
):
    """Returns the line of a key slot."""
    inner = data_key + epoch.to_bytes(8, "big") + vault_id + more_inside
    sealed = sodium.box_seal(inner, (sealed_for or machine).public_key, random(32)) + more_around
    nonce = nonce(data_key, epoch, vault_id, name, machine.public_key, vault_secret, sealed)
    box = nonce + sodium.box_easy(sealed, nonce, machine.public_key, vault_secret)
    return b"key x25519 %b %b %b\n" % (name, b64(machine.public_key), b64(box))


# Edits


def b64(raw):
    return vaults.encode_base64(raw)


def swap(old, new):
    def edit(text):
        if text.count(old) != 1:
            raise ValueError(f"{old} occurs {text.count(old)} times")
        return text.replace(old, new)

    return edit


def line(word, edit):
    """Edits the one line that starts with the word; `edit` gets it with its newline, if any."""

    def edit_text(text):
        lines = text.splitlines(keepends=True)
        (found,) = [number for number, one in enumerate(lines) if one.startswith(word)]
        lines[found] = edit(lines[found])
        return b"".join(lines)

    return edit_text


def field(word, number, edit):
    """Edits one field of the line that starts with the word; the word is field 0."""

    def edit_line(text):
        ending = text[len(text.rstrip(b"\n")):]
        fields = text.rstrip(b"\n").split(b" ")
        edited = edit(fields[number])
        if edited == fields[number]:
            raise ValueError("the edit changes nothing")
        fields[number] = edited
        return b" ".join(fields) + ending

    return line(word, edit_line)


def padded(text):
    return text + b"=" * (-len(text) % 4)


def trailing_bit(text):
    return text[:-1] + ALPHABET[ALPHABET.index(text[-1]) | 1:][:1]


def url_safe(text):
    return text.translate(bytes.maketrans(b"+/", b"-_"))


def shorter(text):
    return b64(base64.b64decode(padded(text))[:-1])


def longer(text):
    return b64(base64.b64decode(padded(text)) + b"\0")


def flip(position, bit=0):
    def edit(text):
        at = position if position >= 0 else len(text) + position
        return text[:at] + bytes([text[at] ^ 1 << bit]) + text[at + 1:]

    return edit


def flip_in_base64(text):
    """Returns another value in the same canonical form."""
    raw = base64.b64decode(padded(text))
    return b64(flip(len(raw) // 2)(raw))


# Payloads


def pieces(plaintext, size=vaults.CHUNK):
    return [plaintext[start:start + size] for start in range(0, len(plaintext), size)]


def sealed(key, numbered):
    """Seals chunks from triples: the number, whether it is flagged as the last, the plaintext."""
    return [
        sodium.aead_encrypt(key, vaults.chunk_nonce(number, last), piece)
        for number, last, piece in numbered
    ]


def chunks(arrange, size=vaults.CHUNK):
    """Makes a payload whose correctly sealed chunks are rearranged."""

    def payload(key, plaintext):
        parts = pieces(plaintext, size)
        last = len(parts) - 1
        numbered = [(number, number == last, part) for number, part in enumerate(parts)]
        return b"".join(arrange(sealed(key, numbered)))

    return payload


def numbered(renumber):
    """Makes a payload whose chunks are sealed with other numbers or flags."""

    def payload(key, plaintext):
        return b"".join(sealed(key, renumber(pieces(plaintext))))

    return payload


def body_start(file):
    """Returns the offset of the payload nonce."""
    return len(file) - len(vaults.parse_header(file)[1])
