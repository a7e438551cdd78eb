#pragma once

// What Swift's Glibc module does not offer: variadic functions, and headers it leaves out.

#include <fcntl.h>
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static inline int tokenvault_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

// renameat2(2), by number: the musl and older glibc headers lack it.
static inline int tokenvault_rename_exclusively(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1 /* RENAME_NOREPLACE */);
}

extern int execvpe(const char *file, char *const arguments[], char *const environment[]);

static inline int tokenvault_exec(
    const char *file, char *const *arguments, char *const *environment) {
    return execvpe(file, arguments, environment);
}

static inline int tokenvault_set_dumpable(int dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}

static inline int tokenvault_get_core_limit(struct rlimit *limit) {
    return getrlimit(RLIMIT_CORE, limit);
}

static inline int tokenvault_set_core_limit(const struct rlimit *limit) {
    return setrlimit(RLIMIT_CORE, limit);
}

static inline int tokenvault_get_locked_memory_limit(struct rlimit *limit) {
    return getrlimit(RLIMIT_MEMLOCK, limit);
}

static inline int tokenvault_window_size(int descriptor, struct winsize *size) {
    return ioctl(descriptor, TIOCGWINSZ, size);
}

// The kernel keyring has no functions in the C library, and libkeyutils is one more dependency.

static inline long tokenvault_add_user_key(
    const char *description, const void *payload, size_t size) {
    return syscall(
        SYS_add_key, "user", description, payload, size, (long)KEY_SPEC_USER_KEYRING);
}

static inline long tokenvault_find_user_key(const char *description) {
    return syscall(
        SYS_keyctl, (long)KEYCTL_SEARCH, (long)KEY_SPEC_USER_KEYRING, "user", description, 0L);
}

static inline long tokenvault_read_key(long key, void *buffer, size_t size) {
    return syscall(SYS_keyctl, (long)KEYCTL_READ, key, buffer, size);
}

static inline long tokenvault_set_key_permissions(long key, unsigned int permissions) {
    return syscall(SYS_keyctl, (long)KEYCTL_SETPERM, key, (unsigned long)permissions);
}

static inline long tokenvault_set_key_timeout(long key, unsigned int seconds) {
    return syscall(SYS_keyctl, (long)KEYCTL_SET_TIMEOUT, key, (unsigned long)seconds);
}

static inline long tokenvault_revoke_key(long key) {
    return syscall(SYS_keyctl, (long)KEYCTL_REVOKE, key);
}

static inline long tokenvault_unlink_user_key(long key) {
    return syscall(SYS_keyctl, (long)KEYCTL_UNLINK, key, (long)KEY_SPEC_USER_KEYRING);
}
