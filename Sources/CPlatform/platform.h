#pragma once

// What Swift's Glibc module does not offer: variadic functions, macros that are not constants.

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>

static inline int tokenvault_open(const char *path, int flags, mode_t mode) {
    return open(path, flags, mode);
}

static inline int tokenvault_set_dumpable(int dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable, 0, 0, 0);
}

static inline int tokenvault_window_size(int descriptor, struct winsize *size) {
    return ioctl(descriptor, TIOCGWINSZ, size);
}
