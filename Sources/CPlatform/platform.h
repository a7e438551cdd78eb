#pragma once

// What Swift's Glibc module does not offer: variadic functions, and headers it leaves out.

#include <fcntl.h>
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

static inline int tokenvault_set_dumpable(int dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}

static inline int tokenvault_limit_core_to_nothing(void) {
    const struct rlimit nothing = {0, 0};
    return setrlimit(RLIMIT_CORE, &nothing);
}

static inline int tokenvault_window_size(int descriptor, struct winsize *size) {
    return ioctl(descriptor, TIOCGWINSZ, size);
}
