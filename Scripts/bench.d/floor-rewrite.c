// The minimum for a save: every chunk decrypted, encrypted again, written and synced to disk. Without
// NEW FILE, the minimum for `verify`: every chunk decrypted.
//
//     floor-rewrite VAULT [NEW FILE]
#include "vault.h"

int main(int count, char **arguments) {
    if (count < 2) return 64;
    struct vault vault = open_vault(arguments[1]);
    unsigned char *plaintext = sodium_malloc(CHUNK);
    unsigned char nonce[24];
    static unsigned char sealed[SEALED];
    int file = count == 3 ? open(arguments[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    for (long number = 0; number < vault.chunks; number++) {
        size_t size = open_chunk(&vault, number, plaintext);
        if (file < 0) continue;
        chunk_nonce(nonce, number, number == vault.chunks - 1);
        crypto_aead_xchacha20poly1305_ietf_encrypt(
            sealed, NULL, plaintext, size, NULL, 0, NULL, nonce, vault.chunk_key);
        if (write(file, sealed, size + TAG) != (ssize_t)size + TAG) fail("writing");
    }
    if (file >= 0 && (fsync(file) != 0 || close(file) != 0)) fail("fsync");
    sodium_free(plaintext);
    return 0;
}
