// The minimum for unlocking with a passphrase: only the key derivation.
//
//     floor-pwhash OPSLIMIT KIB <PASSPHRASE
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments) {
    char passphrase[1024];
    unsigned char key[32], salt[crypto_pwhash_SALTBYTES] = {0};
    if (count != 3 || sodium_init() < 0) return 64;
    ssize_t length = read(0, passphrase, sizeof passphrase);
    if (length <= 0 || crypto_pwhash(key, sizeof key, passphrase, (unsigned long long)length, salt,
            strtoull(arguments[1], NULL, 10), strtoul(arguments[2], NULL, 10) * 1024,
            crypto_pwhash_ALG_ARGON2ID13) != 0)
        return 1;
    puts("derived");
    return 0;
}
