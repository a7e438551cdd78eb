"""The commands of `python3 vault_format.py`. They have the same exit statuses as tokenvault."""

import argparse
import json
import os
import sys

import sodium
# Not `__main__`, which is another copy of this module.
import vault_format as vaults
import vault_writer

USAGE, MISSING, EXISTS = 64, 66, 73


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(USAGE, f"error: {message}\n")


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def passphrase(path):
    """Returns the bytes of the file without one trailing newline."""
    read = contents(path)
    for newline in (b"\r\n", b"\n"):
        if read.endswith(newline):
            return read.removesuffix(newline)
    return read


def create(path, written):
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(written)


def replace(path, written):
    create(path + ".new", written)
    os.replace(path + ".new", path)


def record_line(record):
    fields = ("reference", "secret", "metadata")
    return json.dumps({field: getattr(record, field).decode() for field in fields})


def records(path):
    """Parses JSON lines in the format of `read`; metadata may also be an object."""
    found = []
    for line in contents(path).splitlines():
        fields = json.loads(line)
        if "reference" not in fields:
            continue
        text = fields.get("metadata", {})
        if not isinstance(text, str):
            text = json.dumps(text, ensure_ascii=False, separators=(",", ":"))
        written = (fields["reference"], fields["secret"], text)
        found.append(vaults.Record(*(field.encode() for field in written)))
    return found


def header_line(header):
    keys = [{"name": slot.name.decode(), "public_key": slot.public_key.hex()} for slot in header.keys]
    return json.dumps({
        "vault_id": header.vault_id.hex(),
        "epoch": header.epoch,
        "public_key": header.public_key.hex(),
        "generation": header.generation,
        "opslimit": header.opslimit,
        "memlimit": header.memlimit,
        "keys": keys,
        "mac": header.mac.hex(),
    })


def opened(options):
    file = contents(options.file)
    if options.key_file:
        return vaults.read(file, key_file=contents(options.key_file))
    return vaults.read(file, passphrase=passphrase(options.passphrase_file))


def names(some):
    return b", ".join(some).decode()


def warned(vault):
    if vault.unvouched():
        print(f"warning: keys not added by the owner: {names(vault.unvouched())}", file=sys.stderr)
    return vault


def read(options):
    vault = warned(opened(options))
    print(header_line(vault.header))
    for record in vault.records:
        print(record_line(record))


def verify(options):
    vault = opened(options)
    header = vault.header
    if vault.unvouched():
        raise vaults.Damaged(f"keys not added by the owner: {names(vault.unvouched())}")
    print(f"epoch {header.epoch}, generation {header.generation}, {len(vault.records)} records")


def write(options):
    given = records(options.records) if options.records else []
    words = passphrase(options.passphrase_file)
    vault = vault_writer.init(words, options.random, options.opslimit, options.memlimit, given)
    create(options.file, vault_writer.encode(vault, options.random))


def save(options):
    vault = vault_writer.next_generation(warned(opened(options)), records(options.records))
    replace(options.file, vault_writer.encode(vault, options.random))


def make_key(options):
    vault = warned(opened(options))
    if any(slot.name == options.name.encode() for slot in vault.header.keys):
        raise FileExistsError(f"the key {options.name} already exists")
    private_key = options.random(32)
    machine = vaults.MachineKey(private_key, vault.header.public_key)
    public_key = sodium.public_key(private_key)
    vault = vault_writer.add_key(vault, options.name.encode(), public_key, options.random)
    vault = vault_writer.next_generation(vault)
    written = vault_writer.encode(vault, options.random)
    vaults.parse_header(written)
    create(options.new_key_file, machine.encoded())
    replace(options.file, written)


def rekey(options):
    vault = warned(opened(options))
    words = passphrase(options.new_passphrase_file or options.passphrase_file)
    without = options.remove_key.encode() if options.remove_key else None
    vault = vault_writer.next_generation(vault_writer.new_epoch(vault, words, options.random, without))
    replace(options.file, vault_writer.encode(vault, options.random))


def parser():
    top = Parser(description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(run, text, machine_key=False):
        one = commands.add_parser(run.__name__.replace("_", "-"), help=text, description=text)
        one.set_defaults(run=run, key_file=None)
        one.add_argument("file")
        unlock = one.add_mutually_exclusive_group(required=True)
        unlock.add_argument("--passphrase-file")
        if machine_key:
            unlock.add_argument("--key-file")
        return one

    def seed(one):
        one.add_argument("--seed", help="derive all random bytes from this text")
        return one

    command(read, "print the header and the records as JSON lines", machine_key=True)
    command(verify, "check every byte", machine_key=True)
    one = seed(command(write, "create a vault; never replaces a file"))
    one.add_argument("--records", help="JSON lines in the format of `read`")
    one.add_argument("--opslimit", type=int, default=3)
    one.add_argument("--memlimit", type=int, default=262144, help="KiB")
    one = seed(command(save, "replace the records (the next generation)", machine_key=True))
    one.add_argument("--records", required=True, help="JSON lines in the format of `read`")
    one = seed(command(make_key, "add a machine key and create its file"))
    one.add_argument("name")
    one.add_argument("new_key_file")
    one = seed(command(rekey, "replace the data key (the next epoch)"))
    one.add_argument("--new-passphrase-file")
    one.add_argument("--remove-key", metavar="NAME")
    return top


def main():
    options = parser().parse_args()
    options.random = os.urandom
    if getattr(options, "seed", None):
        options.random = vault_writer.seeded(f"{options.run.__name__} {options.seed}")
    try:
        options.run(options)
    except vaults.VaultError as error:
        status, message = error.status, error
    except FileNotFoundError as error:
        status, message = MISSING, error
    except FileExistsError as error:
        status, message = EXISTS, error
    else:
        return
    print(f"error: {message}", file=sys.stderr)
    sys.exit(status)
