// Runs one command and prints what it took according to the kernel.
//
//     measure STDIN STDOUT COMMAND [ARGUMENT…]
//
// Prints one line: wall seconds, processor seconds, peak memory in KiB, and the exit status (128 plus the
// signal number after a signal). In C because a child inherits the peak memory of its parent, and
// Python's is higher than that of the measured programs.
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int count, char **arguments) {
    if (count < 4) return 64;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, arguments[1], O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, arguments[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);

    struct timespec begin, end;
    struct rusage usage;
    pid_t child;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    int failure = posix_spawnp(&child, arguments[3], &files, NULL, arguments + 3, environ);
    if (failure != 0 || wait4(child, &status, 0, &usage) != child) {
        fprintf(stderr, "measure: %s cannot be run\n", arguments[3]);
        return 127;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double wall = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("%.6f %.6f %ld %d\n", wall, seconds(usage.ru_utime) + seconds(usage.ru_stime),
        usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
