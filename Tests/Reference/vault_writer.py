"""Creates and changes vaults of format 1. All randomness comes from the argument `random`."""

import dataclasses
import hashlib
import os

import sodium
import vault_format as vaults


def init(passphrase, random=os.urandom, opslimit=3, memlimit=262144, records=()):
    vault_id, data_key, secret_key = random(16), random(32), random(32)
    public_key = sodium.public_key(secret_key)
    header = vaults.Header(vault_id, 1, public_key, 1, opslimit, memlimit, salt=random(16))
    wrapped = vaults.wrap(header, passphrase, data_key, secret_key)
    header = dataclasses.replace(header, wrapped=wrapped)
    return vaults.Vault(header, data_key, secret_key, list(records))


def encode(vault, random=os.urandom):
    """Returns the bytes of the file, with a new MAC and payload nonce."""
    before_mac = vault.header.before_mac()
    mac = vaults.header_mac(before_mac, vault.data_key)
    nonce = random(32)
    key = vaults.payload_key(vault.data_key, mac, nonce)
    header = dataclasses.replace(vault.header, mac=mac).encoded()
    return header + nonce + vaults.seal_payload(key, vaults.encode_records(vault.records))


def next_generation(vault, records=None):
    header = dataclasses.replace(vault.header, generation=vault.header.generation + 1, mac=b"")
    records = vault.records if records is None else records
    return dataclasses.replace(vault, header=header, records=records)


def add_key(vault, name, machine_public_key, random=os.urandom):
    box = vaults.box_data_key(
        vault.data_key, vault.header.epoch, vault.header.vault_id,
        name, machine_public_key, vault.secret_key, random,
    )
    keys = (*vault.header.keys, vaults.KeySlot(name, machine_public_key, box))
    return dataclasses.replace(vault, header=dataclasses.replace(vault.header, keys=keys))


def new_epoch(vault, passphrase, random=os.urandom, without=None):
    """Replaces the data key, for a new passphrase or without one of the machine keys.

    The new data key is never sealed to a slot that the owner did not make.
    """
    vouched = vaults.vouched(vault.header, vault.data_key, vault.secret_key)
    kept = [slot for slot in vouched if slot.name != without]
    epoch = vault.header.epoch + 1
    header = dataclasses.replace(vault.header, epoch=epoch, salt=random(16), keys=())
    data_key = random(32)
    wrapped = vaults.wrap(header, passphrase, data_key, vault.secret_key)
    header = dataclasses.replace(header, wrapped=wrapped)
    vault = dataclasses.replace(vault, header=header, data_key=data_key)
    for slot in kept:
        vault = add_key(vault, slot.name, slot.public_key, random)
    return vault


def seeded(label):
    """Returns a source of bytes that are always the same for the same label."""
    count = 0

    def random(size):
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{count} {label}".encode()).digest(size)

    return random
