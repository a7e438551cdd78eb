// A reader of format 1 that follows only SECURITY.md, which proves that the page is sufficient.
//
//     reader passphrase PASSPHRASE_FILE VAULT
//     reader key KEY_FILE VAULT
//
// Once everything is verified, it prints the records as stored. Otherwise, it prints one line to
// standard error and exits with status 1. With the passphrase, it also prints the names of machine
// keys that the owner did not add to standard error, one per line. Only for tests: secrets remain in
// ordinary memory.

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned char byte;

enum { LIMIT = 64 * 1024, CHUNK = 16 * 1024, TAG = 16, SLOTS = 64 };

static void refuse(const char *why) {
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void require(int holds, const char *why) {
    if (!holds) refuse(why);
}

// A part of the file, not terminated by NUL.
typedef struct {
    const byte *at;
    size_t count;
} piece;

static piece contents(const char *path) {
    FILE *file = fopen(path, "rb");
    require(file != NULL, "cannot open the file");
    size_t count = 0, room = 1 << 16;
    byte *bytes = malloc(room);
    for (size_t got; (got = fread(bytes + count, 1, room - count, file)) > 0;) {
        count += got;
        if (count == room) bytes = realloc(bytes, room *= 2);
    }
    fclose(file);
    return (piece){bytes, count};
}

static int is(piece text, const char *other) {
    return text.count == strlen(other) && memcmp(text.at, other, text.count) == 0;
}

static int compare(piece one, piece other) {
    size_t shorter = one.count < other.count ? one.count : other.count;
    int order = memcmp(one.at, other.at, shorter);
    return order != 0 ? order : (one.count > other.count) - (one.count < other.count);
}

// Returns the text before the first `end`, and moves `rest` after it.
static piece upTo(piece *rest, byte end, const char *why) {
    const byte *found = rest->count ? memchr(rest->at, end, rest->count) : NULL;
    require(found != NULL, why);
    piece taken = {rest->at, (size_t)(found - rest->at)};
    rest->at = found + 1;
    rest->count -= taken.count + 1;
    return taken;
}

static size_t split(piece line, piece *fields, size_t most) {
    for (size_t count = 0;; count++) {
        require(count < most, "a line has too many fields");
        const byte *space = line.count ? memchr(line.at, ' ', line.count) : NULL;
        fields[count] = (piece){line.at, space ? (size_t)(space - line.at) : line.count};
        if (!space) return count + 1;
        line.count -= fields[count].count + 1;
        line.at = space + 1;
    }
}

// `set` has the syntax of a bracket expression in a regular expression.
static int oneOf(byte one, const char *set) {
    for (; *set; set++) {
        if (set[1] == '-' && set[2]) {
            if (one >= (byte)set[0] && one <= (byte)set[2]) return 1;
            set += 2;
        } else if (one == (byte)*set) {
            return 1;
        }
    }
    return 0;
}

// Returns whether the text is one character of `first`, then up to `most` of `rest`.
static int matches(piece text, const char *first, const char *rest, size_t most) {
    if (text.count == 0 || text.count > most + 1 || !oneOf(text.at[0], first)) return 0;
    for (size_t index = 1; index < text.count; index++) {
        if (!oneOf(text.at[index], rest)) return 0;
    }
    return 1;
}

static void base64(piece text, byte *bytes, size_t count) {
    size_t found;
    const char *end;
    // libsodium accepts some bytes above 0x7F as digits.
    require(matches(text, "A-Za-z0-9+/", "A-Za-z0-9+/", LIMIT), "not base64");
    require(
        sodium_base642bin(
            bytes, count, (const char *)text.at, text.count, NULL, &found, &end,
            sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
            found == count && end == (const char *)text.at + text.count,
        "base64 of the wrong length or not canonical");
}

static uint64_t number(piece text) {
    uint64_t value = 0;
    require(text.count > 0 && text.count <= 19 && text.at[0] != '0', "not a number");
    for (size_t index = 0; index < text.count; index++) {
        require(text.at[index] >= '0' && text.at[index] <= '9', "not a number");
        value = value * 10 + (text.at[index] - '0');
    }
    require(value <= INT64_MAX, "a number is too large");
    return value;
}

static void bigEndian(byte *eight, uint64_t value) {
    for (int index = 0; index < 8; index++) eight[index] = (byte)(value >> (56 - 8 * index));
}

// Header

typedef struct {
    piece vaultLine, authenticated, bound;
    byte vaultID[16], publicKey[32], salt[16], wrapped[80], mac[32];
    uint64_t epoch, opslimit, memlimit;
    size_t slotCount;
    piece names[SLOTS];
    byte slotKeys[SLOTS][32], slots[SLOTS][24 + 120];
} header;

static piece readHeader(piece file, header *found) {
    piece rest = file, fields[8], line;
    if (rest.count > LIMIT) rest.count = LIMIT;
    require(is(upTo(&rest, '\n', "no first line"), "tokenvault/1"), "not a vault of format 1");

    line = upTo(&rest, '\n', "no second line");
    found->vaultLine = (piece){line.at, line.count + 1};
    require(split(line, fields, 8) == 4 && is(fields[0], "vault"), "line 2 is invalid");
    base64(fields[1], found->vaultID, 16);
    found->epoch = number(fields[2]);
    base64(fields[3], found->publicKey, 32);

    line = upTo(&rest, '\n', "no third line");
    require(split(line, fields, 8) == 2 && is(fields[0], "generation"), "line 3 is invalid");
    number(fields[1]);

    line = upTo(&rest, '\n', "no fourth line");
    require(
        split(line, fields, 8) == 6 && is(fields[0], "passphrase") && is(fields[1], "argon2id"),
        "line 4 is invalid");
    found->opslimit = number(fields[2]);
    found->memlimit = number(fields[3]);
    require(found->opslimit <= 16, "opslimit is out of range");
    require(
        found->memlimit >= 65536 && found->memlimit <= 1048576, "memlimit is out of range");
    base64(fields[4], found->salt, 16);
    base64(fields[5], found->wrapped, 80);
    found->bound = (piece){line.at, (size_t)(fields[5].at - 1 - line.at)};

    for (;;) {
        line = upTo(&rest, '\n', "the header does not end");
        size_t count = split(line, fields, 8);
        if (is(fields[0], "mac")) {
            require(count == 2, "the mac line is invalid");
            base64(fields[1], found->mac, 32);
            found->authenticated = (piece){file.at, (size_t)(line.at - file.at)};
            size_t taken = (size_t)(rest.at - file.at);
            return (piece){rest.at, file.count - taken};
        }
        size_t slot = found->slotCount++;
        require(slot < SLOTS, "too many keys");
        require(
            count == 5 && is(fields[0], "key") && is(fields[1], "x25519"), "an invalid key line");
        require(matches(fields[2], "a-z0-9", "a-z0-9._-", 63), "an invalid key name");
        found->names[slot] = fields[2];
        base64(fields[3], found->slotKeys[slot], 32);
        base64(fields[4], found->slots[slot], 24 + 120);
        for (size_t other = 0; other < slot; other++) {
            require(compare(found->names[other], found->names[slot]) != 0, "a duplicate key name");
            require(
                memcmp(found->slotKeys[other], found->slotKeys[slot], 32) != 0, "a duplicate key");
        }
    }
}

// Key slots

// Returns whether the owner made the slot: computing its nonce requires the vault's private key.
static int isVouchedFor(const header *found, size_t slot, const byte *dataKey, const byte *secret) {
    byte key[32], nonce[24], text[8 + 16 + 32 + 32 + 104 + 64];
    const byte *field = found->slots[slot], *publicKey = found->slotKeys[slot];
    piece name = found->names[slot];
    bigEndian(text, found->epoch);
    memcpy(text + 8, found->vaultID, 16);
    memcpy(text + 24, dataKey, 32);
    memcpy(text + 56, publicKey, 32);
    if (crypto_box_open_easy(text + 88, field + 24, 120, field, publicKey, secret) != 0) return 0;
    memcpy(text + 192, name.at, name.count);
    crypto_kdf_derive_from_key(key, 32, 3, "tokenvlt", secret);
    crypto_generichash(nonce, 24, text, 192 + name.count, key, 32);
    return memcmp(nonce, field, 24) == 0;
}

static void openWithPassphrase(const header *found, const char *path, byte *dataKey, byte *secret) {
    byte key[32], zeros[24] = {0}, keys[64];
    piece passphrase = contents(path);
    require(
        crypto_pwhash(
            key, 32, (const char *)passphrase.at, passphrase.count, found->salt, found->opslimit,
            (size_t)found->memlimit * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0,
        "not enough memory");
    size_t count = found->vaultLine.count + found->bound.count;
    byte *additional = malloc(count);
    memcpy(additional, found->vaultLine.at, found->vaultLine.count);
    memcpy(additional + found->vaultLine.count, found->bound.at, found->bound.count);
    require(
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            keys, NULL, NULL, found->wrapped, 80, additional, count, zeros, key) == 0,
        "wrong passphrase");
    memcpy(dataKey, keys, 32);
    memcpy(secret, keys + 32, 32);
    free(additional);
}

static void readKeyFile(piece file, byte *keys) {
    int count = 0;
    while (file.count > 0) {
        const byte *end = memchr(file.at, '\n', file.count);
        piece line = {file.at, end ? (size_t)(end - file.at) : file.count};
        file.at += line.count + (end != NULL);
        file.count -= line.count + (end != NULL);
        if (line.count > 0 && line.at[line.count - 1] == '\r') line.count--;
        if (line.count == 0 || line.at[0] == '#') continue;
        piece fields[2];
        require(
            split(line, fields, 2) == 2 && is(fields[0], "TOKENVAULT-KEY-1"),
            "not a valid key file");
        base64(fields[1], keys, 64);
        count++;
    }
    require(count == 1, "not a valid key file");
}

static void openWithKey(const header *found, const char *path, byte *dataKey) {
    byte keys[64], own[32], sealed[104], inner[56], epoch[8];
    readKeyFile(contents(path), keys);
    require(memcmp(keys + 32, found->publicKey, 32) == 0, "the key is for another vault");
    crypto_scalarmult_base(own, keys);
    for (size_t slot = 0; slot < found->slotCount; slot++) {
        if (memcmp(own, found->slotKeys[slot], 32) != 0) continue;
        const byte *nonce = found->slots[slot];
        require(
            crypto_box_open_easy(sealed, nonce + 24, 120, nonce, keys + 32, keys) == 0,
            "the slot was not made by this vault");
        require(
            crypto_box_seal_open(inner, sealed, 104, own, keys) == 0,
            "the sealed box in the slot cannot be opened");
        bigEndian(epoch, found->epoch);
        require(memcmp(inner + 32, epoch, 8) == 0, "the slot is for another epoch");
        require(memcmp(inner + 40, found->vaultID, 16) == 0, "the slot is for another vault");
        memcpy(dataKey, inner, 32);
        return;
    }
    refuse("there is no slot for this key");
}

// Payload

static void checkMAC(const header *found, const byte *dataKey) {
    byte key[32], mac[32];
    crypto_kdf_derive_from_key(key, 32, 1, "tokenvlt", dataKey);
    crypto_generichash(mac, 32, found->authenticated.at, found->authenticated.count, key, 32);
    require(memcmp(mac, found->mac, 32) == 0, "the header was modified");
}

static piece openPayload(const header *found, const byte *dataKey, piece sealed) {
    byte key[32], payloadKey[32], text[20 + 32 + 32];
    require(sealed.count >= 32 + TAG, "the payload is truncated");
    crypto_kdf_derive_from_key(key, 32, 2, "tokenvlt", dataKey);
    memcpy(text, "tokenvault/1 payload", 20);
    memcpy(text + 20, found->mac, 32);
    memcpy(text + 52, sealed.at, 32);
    crypto_generichash(payloadKey, 32, text, sizeof text, key, 32);
    sealed.at += 32;
    sealed.count -= 32;
    byte *plain = malloc(sealed.count);
    size_t count = 0;
    for (uint64_t chunk = 0;; chunk++) {
        int isLast = sealed.count <= CHUNK + TAG;
        size_t size = isLast ? sealed.count : CHUNK + TAG;
        require(size > TAG || (size == TAG && chunk == 0), "the payload is truncated");
        byte nonce[24] = {0};
        bigEndian(nonce + 15, chunk);
        nonce[23] = (byte)isLast;
        require(
            crypto_aead_xchacha20poly1305_ietf_decrypt(
                plain + count, NULL, NULL, sealed.at, size, NULL, 0, nonce, payloadKey) == 0,
            "a chunk was modified");
        count += size - TAG;
        sealed.at += size;
        sealed.count -= size;
        if (isLast) return (piece){plain, count};
    }
}

int isMetadata(const byte *bytes, size_t count);

int isReference(const byte *bytes, size_t count) {
    piece text = {bytes, count};
    const byte *colon = text.count ? memchr(text.at, ':', text.count) : NULL;
    if (!colon) return 0;
    piece kind = {text.at, (size_t)(colon - text.at)};
    piece id = {colon + 1, text.count - kind.count - 1};
    const byte *tilde = id.count ? memchr(id.at, '~', id.count) : NULL;
    if (tilde) {
        piece suffix = {tilde + 1, id.count - (size_t)(tilde - id.at) - 1};
        if (!matches(suffix, "a-z", "a-z0-9-", 31)) return 0;
        id.count = (size_t)(tilde - id.at);
    }
    return matches(kind, "a-z", "a-z0-9-", 31) && matches(id, "1-9", "0-9", 31);
}

static void checkRecords(piece plain) {
    piece before = {NULL, 0};
    while (plain.count > 0) {
        piece line = upTo(&plain, '\n', "a record does not end with a newline");
        piece reference = upTo(&line, '\t', "a record has no secret");
        piece secret = upTo(&line, '\t', "a record has no metadata");
        require(isReference(reference.at, reference.count), "an invalid reference");
        require(before.at == NULL || compare(before, reference) < 0, "the records are not sorted");
        before = reference;
        require(matches(secret, "!-~", "!-~", LIMIT - 1), "an invalid secret");
        require(line.count <= LIMIT && isMetadata(line.at, line.count), "invalid metadata");
    }
}

int main(int count, char **arguments) {
    require(count == 4 && sodium_init() >= 0, "usage: reader passphrase|key FILE VAULT");
    header *found = calloc(1, sizeof *found);
    byte dataKey[32], secret[32];
    int isOwner = strcmp(arguments[1], "passphrase") == 0;
    piece payload = readHeader(contents(arguments[3]), found);
    if (isOwner) {
        openWithPassphrase(found, arguments[2], dataKey, secret);
    } else {
        openWithKey(found, arguments[2], dataKey);
    }
    checkMAC(found, dataKey);
    piece plain = openPayload(found, dataKey, payload);
    checkRecords(plain);
    for (size_t slot = 0; isOwner && slot < found->slotCount; slot++) {
        if (isVouchedFor(found, slot, dataKey, secret)) continue;
        fprintf(stderr, "%.*s\n", (int)found->names[slot].count, (const char *)found->names[slot].at);
    }
    return fwrite(plain.at, 1, plain.count, stdout) == plain.count ? 0 : 1;
}
