"""A vector: a file, the credential that opens it, and the expected outcome."""

import dataclasses

from forge import M1, PASSPHRASE


@dataclasses.dataclass(frozen=True)
class Vector:
    name: str
    file: bytes
    fault: str = ""
    status: tuple = (0,)
    passphrase: bytes | None = None
    key_file: tuple | None = None  # its name and its bytes
    file_name: str = ""  # set if several vectors share a file
    unvouched: tuple = ()  # machine keys that the owner did not add, if opened with the passphrase

    @property
    def expect(self):
        if self.status == (0,):
            return "open"
        return "damaged" if self.status == (65,) else "locked"


# A short name, because scanners take a longer one after "key_file" for a secret.
M1_KEY_FILE = ("m1.key", M1.key_file())


def by_passphrase(name, file, fault="", status=(0,), passphrase=PASSPHRASE, file_name="", unvouched=()):
    return Vector(
        name, file, fault, status, passphrase=passphrase, file_name=file_name, unvouched=unvouched)


def by_key(name, file, fault="", status=(0,), key_file=M1_KEY_FILE, file_name=""):
    return Vector(name, file, fault, status, key_file=key_file, file_name=file_name)
