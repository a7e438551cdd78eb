// Shared by the floor programs: opens a vault with the session's key, in as little code as possible.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHUNK = 16384, TAG = 16, SEALED = CHUNK + TAG, HEADER_LIMIT = 65536 };

static void fail(const char *what) {
    fprintf(stderr, "floor: %s\n", what);
    exit(1);
}

struct vault {
    int file;
    off_t start; // of the first chunk
    long chunks;
    size_t last; // bytes of the last chunk, sealed
    unsigned char vault_id[16], mac[32], payload_nonce[32];
    unsigned char *data_key, *chunk_key;
};

static const char *decode(const char *text, unsigned char *bytes, size_t count) {
    const char *end;
    size_t length;
    if (sodium_base642bin(bytes, count, text, strcspn(text, " \n"), NULL, &length, &end,
            sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0 || length != count)
        fail("invalid header field");
    return end;
}

static void subkey(unsigned char *key, int number, const unsigned char *data_key) {
    crypto_kdf_derive_from_key(key, 32, (uint64_t)number, "tokenvlt", data_key);
}

// Opens the vault at `path` with the key that `tokenvault unlock` stored in the kernel's keyring.
static struct vault open_vault(const char *path) {
    struct vault vault;
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (sodium_init() < 0) fail("libsodium");
    static char header[HEADER_LIMIT + 1];
    struct stat status;
    vault.file = open(path, O_RDONLY | O_CLOEXEC);
    if (vault.file < 0 || fstat(vault.file, &status) != 0) fail("no vault");
    ssize_t size = pread(vault.file, header, HEADER_LIMIT, 0);
    char *mac = size > 0 ? strstr(header, "\nmac ") : NULL;
    if (!mac || strncmp(header, "tokenvault/1\nvault ", 19) != 0) fail("not a vault");
    mac += 1;
    decode(header + 19, vault.vault_id, 16);
    const char *nonce = decode(mac + 4, vault.mac, 32) + 1;
    memcpy(vault.payload_nonce, nonce, 32);
    vault.start = nonce + 32 - header;
    off_t payload = status.st_size - vault.start;
    vault.chunks = (payload - 1) / SEALED + 1;
    vault.last = (size_t)(payload - (vault.chunks - 1) * SEALED);

    char description[64] = "tokenvault:";
    sodium_bin2hex(description + 11, 33, vault.vault_id, 16);
    long key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", description, 0);
    vault.data_key = sodium_malloc(32);
    if (key < 0 || syscall(SYS_keyctl, KEYCTL_READ, key, vault.data_key, 32) != 32) fail("locked");

    unsigned char *purpose = sodium_malloc(32), found[32];
    subkey(purpose, 1, vault.data_key);
    crypto_generichash(found, 32, (unsigned char *)header, (size_t)(mac - header), purpose, 32);
    if (sodium_memcmp(found, vault.mac, 32) != 0) fail("the header's MAC");
    subkey(purpose, 2, vault.data_key);
    vault.chunk_key = sodium_malloc(32);
    unsigned char bound[20 + 64];
    memcpy(bound, "tokenvault/1 payload", 20);
    memcpy(bound + 20, vault.mac, 32);
    memcpy(bound + 52, vault.payload_nonce, 32);
    crypto_generichash(vault.chunk_key, 32, bound, sizeof bound, purpose, 32);
    sodium_free(purpose);
    return vault;
}

static void chunk_nonce(unsigned char *nonce, long number, int is_last) {
    memset(nonce, 0, 24);
    for (int place = 0; place < 8; place++) nonce[15 + place] = (unsigned char)(number >> (56 - 8 * place));
    nonce[23] = (unsigned char)is_last;
}

// Decrypts one chunk into `plaintext`; returns its size.
static size_t open_chunk(const struct vault *vault, long number, unsigned char *plaintext) {
    static unsigned char sealed[SEALED];
    unsigned char nonce[24];
    int is_last = number == vault->chunks - 1;
    size_t size = is_last ? vault->last : SEALED;
    if (pread(vault->file, sealed, size, vault->start + (off_t)number * SEALED) != (ssize_t)size)
        fail("cannot read a chunk");
    chunk_nonce(nonce, number, is_last);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plaintext, NULL, NULL, sealed, size, NULL, 0, nonce,
            vault->chunk_key) != 0)
        fail("cannot decrypt a chunk");
    return size - TAG;
}
