"""Makes the vectors of format 1: `python3 make_vectors.py DIRECTORY`.

The vectors of a released format are frozen: a file written by a released tokenvault must remain
readable, so this program never replaces a file. To add vectors, make them in an empty directory and
copy the new files and their lines in the manifest. All randomness is derived from the names of the
vectors, so that `--check` can compare a directory with the expected files, byte for byte.
"""

import argparse
import functools
import hashlib
import json
import os
import re
import sys

import vault_format
import vectors_good
import vectors_header
import vectors_opening
import vectors_records
import vectors_slots

LARGE = 4096
LIKE_A_TOKEN = re.compile(rb"EAA[0-9A-Za-z]{12}")
ABOUT = [
    "Vectors of the tokenvault file format 1. They are frozen: see Tests/Reference/make_vectors.py.",
    "file: read it with what is under unlock; the passphrase's UTF-8 bytes are taken as they are.",
    "expect: open, damaged or locked. status: what the program exits with; a list where the design"
    " leaves the choice. fault: the one thing that is wrong.",
    "unvouched: names of the machine keys that the owner did not add, for who opens it by passphrase.",
    "records: references, secrets and metadata, the latter as its raw text, in the file's order.",
    "records_sha256: of the whole plaintext, in hexadecimal, where it is over 4 KiB.",
]


def all_vectors():
    for module in (vectors_good, vectors_header, vectors_opening, vectors_records, vectors_slots):
        yield from module.vectors()


def entry(vector):
    fields = {"name": vector.name, "file": file_name(vector), "unlock": unlock(vector)}
    fields["expect"] = vector.expect
    fields["status"] = vector.status[0] if len(vector.status) == 1 else list(vector.status)
    if vector.fault:
        fields["fault"] = vector.fault
    if vector.expect == "open":
        fields |= contents(opened(vector))
    return fields


def unlock(vector):
    if vector.key_file:
        return {"key_file": vector.key_file[0]}
    return {"passphrase": vector.passphrase.decode()}


def contents(vault):
    fields = {"epoch": vault.header.epoch, "generation": vault.header.generation}
    fields["count"] = len(vault.records)
    if vault.unvouched():
        fields["unvouched"] = [name.decode() for name in vault.unvouched()]
    plaintext = vault_format.encode_records(vault.records)
    if len(plaintext) > LARGE:
        return fields | {"records_sha256": hashlib.sha256(plaintext).hexdigest()}
    names = ("reference", "secret", "metadata")
    records = [{name: getattr(one, name).decode() for name in names} for one in vault.records]
    return fields | {"records": records}


def opened(vector):
    key_file = vector.key_file[1] if vector.key_file else None
    return vault_format.read(vector.file, vector.passphrase, key_file)


def outcome(vector):
    try:
        opened(vector)
    except vault_format.VaultError as error:
        return error.status
    return 0


def unvouched(vector):
    return tuple(name.decode() for name in opened(vector).unvouched())


def file_name(vector):
    return vector.file_name or f"{vector.name}.vault"


def made():
    """Returns all files by name; fails if a vector does not have its expected outcome."""
    files, entries, names = {}, [], set()
    for vector in all_vectors():
        if outcome(vector) not in vector.status:
            raise ValueError(f"{vector.name} has the status {outcome(vector)}")
        if vector.expect == "open" and unvouched(vector) != vector.unvouched:
            raise ValueError(f"{vector.name} has the unvouched keys {unvouched(vector)}")
        if vector.name in names:
            raise ValueError(f"two vectors named {vector.name}")
        pair = ((file_name(vector), vector.file), vector.key_file)
        for name, written in filter(None, pair):
            if files.setdefault(name, written) != written:
                raise ValueError(f"two files named {name}")
            if LIKE_A_TOKEN.search(written):
                raise ValueError(f"{name} contains text that a scanner takes for a token")
        names.add(vector.name)
        entries.append(json.dumps(entry(vector)))
    about = json.dumps({"format": 1, "about": ABOUT}, indent=1).removesuffix("\n}")
    files["manifest.json"] = (about + ',\n "vectors": [\n' + ",\n".join(entries) + "\n ]\n}\n").encode()
    return files


def check(directory, files):
    found = {name for name in os.listdir(directory) if not name.startswith(".")}
    for name in sorted(found ^ files.keys()):
        yield f"{name}: {'unknown' if name in found else 'missing'}"
    for name in sorted(found & files.keys()):
        with open(os.path.join(directory, name), "rb") as file:
            if file.read() != files[name]:
                yield f"{name}: differs"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory")
    parser.add_argument("--check", action="store_true", help="only compare the files")
    options = parser.parse_args()
    vault_format.passphrase_key = functools.cache(vault_format.passphrase_key)
    files = made()
    if options.check:
        differences = list(check(options.directory, files))
        sys.exit("\n".join(differences) or 0)
    existing = [name for name in files if os.path.lexists(os.path.join(options.directory, name))]
    if existing:
        sys.exit(f"nothing was written: {existing[0]} and perhaps other frozen vectors exist")
    os.makedirs(options.directory, exist_ok=True)
    for name, written in files.items():
        with open(os.path.join(options.directory, name), "xb") as file:
            file.write(written)


if __name__ == "__main__":
    main()
