"""Files that every reader can open."""

import dataclasses

import sodium
import vault_format as vaults
import vault_writer
from forge import PASSPHRASE, b64, trailing_bit, url_safe
from vault_writer import seeded
from vector import by_key, by_passphrase

CHUNK = vaults.CHUNK
LARGEST = 2**63 - 1


def record(reference, secret="FAKE", text="{}"):
    return vaults.Record(reference.encode(), secret.encode(), text.encode())


def new(name, records=(), passphrase=PASSPHRASE, opslimit=1):
    return vault_writer.init(passphrase, seeded(name), opslimit, 65536, records)


def written(name, vault):
    return vault_writer.encode(vault, seeded(f"{name}, written"))


def simple(name, *records, **options):
    return by_passphrase(name, written(name, new(name, records, **options)))


def filled(reference, size, secret="FAKE"):
    """Returns a record of exactly this size."""
    empty = record(reference, secret, '{"name":""}')
    return record(reference, secret, '{"name":"%s"}' % ("n" * (size - len(empty.encoded()))))


def kinds():
    word = "k" * 32
    return simple(
        "good-kinds",
        record("app:1"),
        record("app:10"),
        record("app:2"),
        record("app:1~previous"),
        record("app:1~p"),
        record("app:1~" + "s" * 32),
        record("app:" + "9" * 32),
        record("app-x:1"),
        record("app2:1"),
        record("client:1"),
        record("page:1020000000000001", text='{"app":"app:1","user":"user:7","tasks":["MANAGE"]}'),
        record("page:1020000000000001~next-one"),
        record("pending:1767225600"),
        record("system:3"),
        record("user:7"),
        record("user:7~previous"),
        record("w:1"),
        record("w-:1"),
        record(word + ":1"),
    )


def metadata():
    times = '"expires_at":"2026-02-28T23:59:59Z","data_access_expires_at":"never"'
    stamps = ",".join(f'"{key}_at":"2024-02-29T00:00:00Z"' for key in ("added", "changed", "checked"))
    every_key = (
        '{"name":"One","app":"app:1","user":"user:2","category":"Café","scopes":["a","b"],"tasks":[],'
        + times + "," + stamps + ',"valid":false,"reason":"","machine_id":"m"}'
    )
    texts = (
        "{}",
        every_key,
        '{"expires_at":"never"}',
        '{"expires_at":"9999-12-31T23:59:59Z","valid":true}',
        '{ "name" : "spaces between tokens" , "x" : [ 1 , { } ] }',
        r'{"name":"\"\\\/\b\f\n\r\t\u0000\u001f\ud83d\ude00","n\u0061me2":1}',
        '{"name":"Łódź – 東京 😀 \u007f\u0080\u2028\uffff"}',
        '{"unknown":null,"x":[true,false,null,-0,0.5,1e999,-1E-7,123456789012345678901234567890]}',
        '{"x":{"x":{"x":[{"x":1},{"x":2}]}}}',
        # One name in two normal forms and two cases makes four different keys.
        '{"caf\u00e9":1,"cafe\u0301":2,"Caf\u00e9":3,"Cafe\u0301":4}',
        '{"":1," ":2}',
        '{"Name":1,"NAME":[],"expires":"soon"}',
    )
    records = [record(f"page:{number}", text=text) for number, text in enumerate(texts, 1)]
    return simple("good-metadata", *records)


def sizes():
    for size in (CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK):
        first = filled("app:1", 1000)
        yield simple(f"good-plaintext-{size}", first, filled("app:2", size - 1000))
    many = [record(f"page:{10**15 + 7919 * n}", f"FAKE{n}", '{"app":"app:1"}') for n in range(900)]
    yield simple("good-many-records", *many)
    yield simple(
        "good-largest-record",
        record("app:1", "F"),
        record("page:1", "FAKE" * 16384, '{"name":"%s"}' % ("n" * (65536 - 11))),
        record("page:2", "~"),
    )
    depth = (65536 - 6) // 2
    yield simple("good-deepest-metadata", record("app:1", text='{"x":' + "[" * depth + "]" * depth + "}"))


def borders():
    """Chunks that end after a record, before its newline, in a reference, and after either TAB."""
    records = [
        filled("page:10", CHUNK),
        filled("page:20", CHUNK + 1),
        filled("page:30", CHUNK - 1 - len("pag")),
        filled("page:40", CHUNK + len("pag") - len("page:50\t")),
        filled("page:50", CHUNK + len("page:50\t") - len("page:60\tFAKE\t")),
        record("page:60"),
    ]
    plaintext = vaults.encode_records(records)
    ends = [plaintext[:end][-4:] for end in range(CHUNK, len(plaintext), CHUNK)]
    if ends != [b'n"}\n', b'nn"}', b"\npag", b":50\t", b"AKE\t"]:
        raise ValueError(f"the chunks end with {ends}")
    return simple("good-record-borders", *records)


def passphrases():
    composed, decomposed = "FAKE pässwörd".encode(), "FAKE pa\u0308sswo\u0308rd".encode()
    name = "good-passphrase-not-ascii"
    file = written(name, new(name, passphrase=composed))
    yield by_passphrase(name, file, passphrase=composed)
    yield by_passphrase(
        "locked-passphrase-decomposed", file, "the passphrase in another Unicode normal form",
        (77,), decomposed, f"{name}.vault",
    )
    for name, passphrase in (
        ("good-passphrase-1-byte", b"F"),
        ("good-passphrase-1024-bytes", b"FAKE" * 256),
        ("good-passphrase-spaces", b" FAKE\tpass \r\n"),
    ):
        yield by_passphrase(name, written(name, new(name, passphrase=passphrase)), passphrase=passphrase)


def numbers():
    yield simple("good-opslimit-16", opslimit=16)
    name = "good-largest-numbers"
    vault = new(name, [record("app:1")])
    header = dataclasses.replace(vault.header, epoch=LARGEST, generation=LARGEST)
    secrets = (vault.data_key, vault.secret_key)
    header = dataclasses.replace(header, wrapped=vaults.wrap(header, PASSPHRASE, *secrets))
    yield from with_keys(name, dataclasses.replace(vault, header=header), ["large"])


def with_keys(name, vault, key_names, read_by=None):
    """Yields the vault with its passphrase and with each key in `read_by`, by default all keys."""
    files = {}
    for key_name in key_names:
        private_key = seeded(f"{name}, machine {key_name}")(32)
        public_key = sodium.public_key(private_key)
        vault = vault_writer.add_key(vault, key_name.encode(), public_key, seeded(f"{name} {key_name}"))
        files[key_name] = vaults.MachineKey(private_key, vault.header.public_key).encoded()
    file = written(name, vault)
    yield by_passphrase(name, file)
    for number, (key_name, key_file) in enumerate((read_by or files).items()):
        key_file = (f"{key_name}.key", key_file if key_file else files[key_name])
        yield by_key(f"{name}-by-key-{number + 1}", file, key_file=key_file, file_name=f"{name}.vault")


def machine_keys():
    records = [record("app:1"), record("page:2")]
    yield from with_keys("good-key", new("good-key", records), ["alone"])
    yield from with_keys("good-three-keys", new("good-three-keys", records), ["a1", "a2", "a3"])
    names = [f"host-{number:02}" for number in range(62)] + ["z", "0" + "._-" * 21]
    name = "good-64-keys"
    yield from with_keys(name, new(name, records), names, {"z": None})
    yield from second_epoch(records)


def second_epoch(records):
    """Removes one of three keys: there is a new data key for the others."""
    name = "good-epoch-2"
    vault, files = new(name, records), {}
    for key_name in ("e1", "e2", "e3"):
        private_key = seeded(f"{name}, machine {key_name}")(32)
        public_key = sodium.public_key(private_key)
        vault = vault_writer.add_key(vault, key_name.encode(), public_key, seeded(f"{name} {key_name}"))
        vault = vault_writer.next_generation(vault)
        files[key_name] = vaults.MachineKey(private_key, vault.header.public_key).encoded()
    vault = vault_writer.new_epoch(vault, PASSPHRASE, seeded(f"{name}, renewed"), without=b"e2")
    vault = vault_writer.next_generation(vault)
    file = written(name, vault)
    yield by_passphrase(name, file)
    for key_name in ("e1", "e3"):
        key_file = (f"{key_name}.key", files[key_name])
        yield by_key(f"{name}-by-{key_name}", file, key_file=key_file, file_name=f"{name}.vault")
    yield by_key(
        "locked-key-removed", file, "the key was removed with the last epoch", (77,),
        ("e2.key", files["e2"]), f"{name}.vault",
    )


def key_files():
    """Different forms of the key file of `good-key`."""
    good = list(with_keys("good-key", new("good-key", [record("app:1"), record("page:2")]), ["alone"]))
    vault, (_, key_line) = good[0].file, good[1].key_file
    key = key_line.rstrip(b"\n")
    raw = vaults.parse_key_file(key_line)
    both = raw.private_key + raw.vault_public_key
    word, encoded = key.split(b" ")

    def vector(kind, name, written, fault=""):
        key_file = (f"{name}.key", written)
        status = (77,) if fault else (0,)
        return by_key(f"{kind}-key-file-{name}", vault, fault, status, key_file, file_name="good-key.vault")

    yield vector("good", "notes", b"# made for the build host\n#\n\n" + key_line + b"\n# end\n\n")
    yield vector("good", "no-lf", key)
    yield vector("good", "crlf", b"# note\r\n\r\n" + key + b"\r\n")
    yield vector("good", "mixed", b"\r\n# note\n" + key + b"\r\n# no last LF")
    for name, text, fault in (
        ("empty", b"", "the key file is empty"),
        ("none", b"# a comment\n\n", "the key file has no key"),
        ("twice", key_line * 2, "the key file has its line twice"),
        ("word", key_line.replace(b"KEY-1", b"KEY-2"), "the key file is of format 2"),
        ("lower", key_line.replace(word, word.lower()), "the word of the key file in lower case"),
        ("gap", key_line.replace(b" ", b"  "), "two spaces in the key file's line"),
        ("tab", key_line.replace(b" ", b"\t"), "a TAB instead of the space in the key file's line"),
        ("space", key + b" \n", "a space at the end of the key file's line"),
        ("first", b" " + key_line, "a space before the key file's line"),
        ("bare", encoded + b"\n", "the key file's line lacks its word"),
        ("more", key + b" x\n", "a third field in the key file's line"),
        ("pad", key + b"==\n", "padding in the key file's base64"),
        ("bits", word + b" " + trailing_bit(encoded) + b"\n",
         "trailing bits of the key file's base64 are not zero"),
        ("url", word + b" " + url_safe(encoded) + b"\n", "the url-safe alphabet in the key file"),
        ("short", word + b" " + b64(both[:-1]) + b"\n", "the key file holds 63 bytes"),
        ("long", word + b" " + b64(both + b"\0") + b"\n", "the key file holds 65 bytes"),
        ("half", word + b" " + b64(both[:32]) + b"\n", "the key file lacks the vault public key"),
        ("wrap", word + b" " + encoded[:64] + b"\n" + encoded[64:] + b"\n",
         "the key file's base64 is broken over two lines"),
        ("bom", b"\xef\xbb\xbf" + key_line, "a byte order mark before the key file's line"),
    ):
        if text == key_line:
            raise ValueError(f"{name} changes nothing")
        yield vector("locked", name, text, fault)


def vectors():
    yield simple("good-empty")
    yield simple("good-one-record", record("app:1", "FAKE", '{"name":"One"}'))
    yield simple("good-short-secret", record("app:1", "F"))
    every_character = "FAKE" + "".join(map(chr, range(0x21, 0x7F)))
    yield simple("good-secret-characters", record("app:1", every_character))
    yield kinds()
    yield metadata()
    yield from sizes()
    yield borders()
    yield from passphrases()
    yield from numbers()
    yield from machine_keys()
    yield from key_files()
