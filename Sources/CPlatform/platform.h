#pragma once

// What Swift's Glibc module lacks: variadic functions, and headers that it leaves out.

#include <fcntl.h>
#include <linux/keyctl.h>
#include <errno.h>
#include <nss.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <termios.h>
#include <unistd.h>

static inline int tokenvault_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

// pipe2(2), which only _GNU_SOURCE declares.
static inline int tokenvault_pipe(int ends[2]) {
    return (int)syscall(SYS_pipe2, ends, O_CLOEXEC);
}

// Returns whether nobody, not even root, can change what is at `path`.
static inline int tokenvault_is_on_read_only_mount(const char *path) {
    struct statvfs status;
    return statvfs(path, &status) == 0 && (status.f_flag & ST_RDONLY) != 0;
}

// sync_file_range(2), which only _GNU_SOURCE declares.
static inline int tokenvault_begin_writeback(int descriptor, long offset, long count) {
    return (int)syscall(SYS_sync_file_range, descriptor, offset, count, 2 /* SYNC_FILE_RANGE_WRITE */);
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

extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

static inline int tokenvault_close_from(posix_spawn_file_actions_t *actions, int descriptor) {
    return posix_spawn_file_actions_addclosefrom_np(actions, descriptor);
}

// Sends a signal's number through a pipe to the code that prompts on the terminal, on whichever
// thread that is. Only one source file uses this, because each would have a variable of its own.
static volatile int tokenvault_signal_pipe = -1;

static void tokenvault_note_signal(int number) {
    const int before = errno;
    const unsigned char byte = (unsigned char)number;
    if (write(tokenvault_signal_pipe, &byte, 1) < 0) {
        // The pipe is full, so the reader already has signals to handle.
    }
    errno = before;
}

static inline void tokenvault_note_no_signals(void) {
    tokenvault_signal_pipe = -1;
}

// Ignores a signal, and returns whether it was ignored before.
static inline int tokenvault_ignore_signal(int number) {
    return signal(number, SIG_IGN) == SIG_IGN;
}

// Gives a signal its default effect, and returns whether it was ignored before.
static inline int tokenvault_default_signal(int number) {
    return signal(number, SIG_DFL) == SIG_IGN;
}

// Gives a signal its default effect, unless it is ignored.
static inline void tokenvault_unless_ignored_default(int number) {
    if (signal(number, SIG_DFL) == SIG_IGN) signal(number, SIG_IGN);
}

static inline int tokenvault_is_ignored(const struct sigaction *action) {
    return action->sa_handler == SIG_IGN;
}

static inline int tokenvault_ignores(int number) {
    struct sigaction action;
    return sigaction(number, 0, &action) == 0 && tokenvault_is_ignored(&action);
}

static inline void tokenvault_catch_signal(int number, int pipe, struct sigaction *before) {
    struct sigaction action = {0};
    action.sa_handler = tokenvault_note_signal;
    sigemptyset(&action.sa_mask);
    tokenvault_signal_pipe = pipe;
    sigaction(number, 0, before);
    if (!tokenvault_is_ignored(before)) sigaction(number, &action, 0);
}

static inline void tokenvault_restore_signal(int number, const struct sigaction *before) {
    sigaction(number, before, 0);
}

// Makes input arrive byte by byte and without echo, including the keys for signals.
static inline void tokenvault_hide_input(struct termios *terminal) {
    terminal->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    terminal->c_cc[VMIN] = 1;
    terminal->c_cc[VTIME] = 0;
}

static inline int tokenvault_same_terminal(const struct termios *one, const struct termios *other) {
    return one->c_iflag == other->c_iflag && one->c_oflag == other->c_oflag
        && one->c_cflag == other->c_cflag && one->c_lflag == other->c_lflag
        && memcmp(one->c_cc, other->c_cc, sizeof one->c_cc) == 0;
}

// Returns a control character that the terminal is configured with, or -1 if it is disabled.
static inline int tokenvault_key(const struct termios *terminal, int index) {
    return terminal->c_cc[index] == _POSIX_VDISABLE ? -1 : terminal->c_cc[index];
}

// Resolves host names from /etc/hosts and DNS only, whatever /etc/nsswitch.conf says: for other
// sources even a static program would load libraries, and a second C library with them.
static inline void tokenvault_limit_host_lookup(void) {
    (void)__nss_configure_lookup("hosts", "files dns");
    (void)__nss_configure_lookup("services", "files");
}

static inline int tokenvault_set_dumpable(int dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}

static inline int tokenvault_get_dumpable(void) {
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
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

// The C library has no functions for the kernel's keyring, and libkeyutils would be one more
// dependency.

static inline long tokenvault_add_process_key(
    const char *description, const void *payload, size_t size) {
    return syscall(
        SYS_add_key, "user", description, payload, size, (long)KEY_SPEC_PROCESS_KEYRING);
}

static inline long tokenvault_link_user_key(long key) {
    return syscall(SYS_keyctl, (long)KEYCTL_LINK, key, (long)KEY_SPEC_USER_KEYRING);
}

static inline long tokenvault_unlink_process_key(long key) {
    return syscall(SYS_keyctl, (long)KEYCTL_UNLINK, key, (long)KEY_SPEC_PROCESS_KEYRING);
}

static inline long tokenvault_find_user_key(const char *description) {
    return syscall(
        SYS_keyctl, (long)KEYCTL_SEARCH, (long)KEY_SPEC_USER_KEYRING, "user", description, 0L);
}

static inline long tokenvault_read_user_keyring(void *buffer, size_t size) {
    return syscall(SYS_keyctl, (long)KEYCTL_READ, (long)KEY_SPEC_USER_KEYRING, buffer, size);
}

static inline long tokenvault_describe_key(long key, void *buffer, size_t size) {
    return syscall(SYS_keyctl, (long)KEYCTL_DESCRIBE, key, buffer, size);
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
