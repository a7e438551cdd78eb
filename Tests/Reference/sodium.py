"""The libsodium functions used by the vault format, by ctypes.

If a check fails (a wrong key, a changed byte), the result is `None`. All other failures are errors of
the caller and raise an exception.
"""

import ctypes

_library = ctypes.CDLL("libsodium.so.23")
if _library.sodium_init() < 0:
    raise OSError("libsodium cannot be initialized")

_bytes, _size, _length = ctypes.c_char_p, ctypes.c_size_t, ctypes.c_ulonglong


def _function(name, *arguments):
    function = getattr(_library, name)
    function.argtypes = arguments
    function.restype = ctypes.c_int
    return function


_pwhash = _function(
    "crypto_pwhash", _bytes, _length, _bytes, _length, _bytes, _length, _size, ctypes.c_int
)
_generichash = _function(
    "crypto_generichash", _bytes, _size, _bytes, _length, _bytes, _size
)
_kdf = _function("crypto_kdf_derive_from_key", _bytes, _size, ctypes.c_uint64, _bytes, _bytes)
_aead_encrypt = _function(
    "crypto_aead_xchacha20poly1305_ietf_encrypt",
    _bytes, ctypes.c_void_p, _bytes, _length, _bytes, _length, ctypes.c_void_p, _bytes, _bytes,
)
_aead_decrypt = _function(
    "crypto_aead_xchacha20poly1305_ietf_decrypt",
    _bytes, ctypes.c_void_p, ctypes.c_void_p, _bytes, _length, _bytes, _length, _bytes, _bytes,
)
_scalarmult_base = _function("crypto_scalarmult_base", _bytes, _bytes)
_box_easy = _function("crypto_box_easy", _bytes, _bytes, _length, _bytes, _bytes, _bytes)
_box_open = _function("crypto_box_open_easy", _bytes, _bytes, _length, _bytes, _bytes, _bytes)
_seal_open = _function("crypto_box_seal_open", _bytes, _bytes, _length, _bytes, _bytes)

ARGON2ID13 = 2
TAG = 16
BOX_SEAL = 48


def _sized(name, value, size):
    if len(value) != size:
        raise ValueError(f"{name} has {len(value)} bytes, not {size}")
    return value


def pwhash(passphrase, salt, opslimit, memlimit):
    """Returns 32 bytes of Argon2id; memlimit is in bytes."""
    out = ctypes.create_string_buffer(32)
    _sized("salt", salt, 16)
    if _pwhash(out, 32, passphrase, len(passphrase), salt, opslimit, memlimit, ARGON2ID13) != 0:
        raise MemoryError("crypto_pwhash failed")
    return out.raw


def generichash(size, message, key=b""):
    out = ctypes.create_string_buffer(size)
    if _generichash(out, size, message, len(message), key or None, len(key)) != 0:
        raise ValueError("crypto_generichash failed")
    return out.raw


def kdf_derive_from_key(subkey_id, context, key):
    out = ctypes.create_string_buffer(32)
    _kdf(out, 32, subkey_id, _sized("context", context, 8), _sized("key", key, 32))
    return out.raw


def aead_encrypt(key, nonce, plaintext, additional=b""):
    """Encrypts with XChaCha20-Poly1305-IETF."""
    out = ctypes.create_string_buffer(len(plaintext) + TAG)
    _sized("key", key, 32), _sized("nonce", nonce, 24)
    _aead_encrypt(out, None, plaintext, len(plaintext), additional, len(additional), None, nonce, key)
    return out.raw


def aead_decrypt(key, nonce, ciphertext, additional=b""):
    _sized("key", key, 32), _sized("nonce", nonce, 24)
    if len(ciphertext) < TAG:
        return None
    out = ctypes.create_string_buffer(max(1, len(ciphertext) - TAG))
    arguments = (ciphertext, len(ciphertext), additional, len(additional), nonce, key)
    if _aead_decrypt(out, None, None, *arguments) != 0:
        return None
    return out.raw[: len(ciphertext) - TAG]


def public_key(secret_key):
    out = ctypes.create_string_buffer(32)
    _scalarmult_base(out, _sized("secret key", secret_key, 32))
    return out.raw


def box_easy(message, nonce, public_key, secret_key):
    out = ctypes.create_string_buffer(len(message) + TAG)
    _sized("public key", public_key, 32), _sized("secret key", secret_key, 32)
    if _box_easy(out, message, len(message), _sized("nonce", nonce, 24), public_key, secret_key) != 0:
        raise ValueError("crypto_box_easy rejects this public key")
    return out.raw


def box_open_easy(box, nonce, public_key, secret_key):
    _sized("public key", public_key, 32), _sized("secret key", secret_key, 32)
    if len(box) < TAG:
        return None
    out = ctypes.create_string_buffer(max(1, len(box) - TAG))
    if _box_open(out, box, len(box), _sized("nonce", nonce, 24), public_key, secret_key) != 0:
        return None
    return out.raw[: len(box) - TAG]


def box_seal(message, recipient, ephemeral_secret):
    """Does the same as crypto_box_seal, but with a given ephemeral key for reproducible results."""
    ephemeral = public_key(ephemeral_secret)
    nonce = generichash(24, ephemeral + recipient)
    return ephemeral + box_easy(message, nonce, recipient, ephemeral_secret)


def box_seal_open(sealed, secret_key):
    if len(sealed) < BOX_SEAL:
        return None
    out = ctypes.create_string_buffer(max(1, len(sealed) - BOX_SEAL))
    if _seal_open(out, sealed, len(sealed), public_key(secret_key), secret_key) != 0:
        return None
    return out.raw[: len(sealed) - BOX_SEAL]
