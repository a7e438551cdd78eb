// Runs a program that sees another wall-clock time than the system's, as do its children.
//
//     shifted_clock FILE PROGRAM [ARGUMENT...]
//
// FILE contains the number of seconds to add. The release is static, so LD_PRELOAD has no effect on
// it. It asks for the time through the vDSO, the code that the kernel maps into every program. This
// process is the tracer: whenever a program starts, it replaces two functions in that copy of the
// vDSO. The program itself runs as it ships. x86-64 only.

#define _GNU_SOURCE
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the replaced code is for x86-64"
#endif

// time: seconds since 1970 from the system call, plus the shift, also stored at rdi unless 0.
static unsigned char time_code[] = {
    0x57, 0x31, 0xff,                   // push rdi; edi = 0
    0xb8, 201, 0, 0, 0, 0x0f, 0x05,     // time(0)
    0x48, 0x05, 0, 0, 0, 0,             // rax += shift
    0x5f, 0x48, 0x85, 0xff, 0x74, 0x03, // pop rdi; if rdi is 0, skip
    0x48, 0x89, 0x07, 0xc3,             // *rdi = rax; return
};
enum { time_shift = 12 };

// clock_gettime: the system call, and the shift for clocks 0 (real time) and 5 (its coarse form).
static unsigned char clock_code[] = {
    0xb8, 228, 0, 0, 0, 0x0f, 0x05,              // clock_gettime(edi, rsi)
    0x85, 0xff, 0x74, 0x05, 0x83, 0xff, 5, 0x75, 0x07, // if edi is neither 0 nor 5, skip
    0x48, 0x81, 0x06, 0, 0, 0, 0, 0xc3,          // *rsi += shift; return
};
enum { clock_shift = 19 };

static int32_t read_shift(const char *path) {
    FILE *file = fopen(path, "re");
    int shift;
    if (!file || fscanf(file, "%d", &shift) != 1) err(125, "no shift in %s", path);
    fclose(file);
    return shift;
}

static void replace(pid_t child, uintptr_t at, const unsigned char *code, size_t size) {
    for (size_t done = 0; done < size; done += sizeof(long)) {
        errno = 0;
        long word = ptrace(PTRACE_PEEKTEXT, child, at + done, 0);
        if (errno) err(125, "peek");
        memcpy(&word, code + done, size - done < sizeof word ? size - done : sizeof word);
        if (ptrace(PTRACE_POKETEXT, child, at + done, word) < 0) err(125, "poke");
    }
}

// The offset of a function in the vDSO, which is the same in every process of this kernel.
static uintptr_t offset_in_vdso(const char *name) {
    const char *image = (const char *)getauxval(AT_SYSINFO_EHDR);
    if (!image) errx(125, "this system has no vDSO");
    const Elf64_Ehdr *header = (const void *)image;
    const Elf64_Shdr *sections = (const void *)(image + header->e_shoff);
    for (int i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_DYNSYM) continue;
        const Elf64_Sym *symbols = (const void *)(image + sections[i].sh_offset);
        const char *names = image + sections[sections[i].sh_link].sh_offset;
        for (size_t n = 0; n < sections[i].sh_size / sizeof *symbols; n++)
            if (strcmp(names + symbols[n].st_name, name) == 0) return symbols[n].st_value;
    }
    errx(125, "no %s in the vDSO", name);
}

// Where the kernel mapped the vDSO of a process that has just started.
static uintptr_t vdso_of(pid_t child) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/auxv", child);
    FILE *file = fopen(path, "re");
    Elf64_auxv_t entry;
    while (file && fread(&entry, sizeof entry, 1, file) == 1)
        if (entry.a_type == AT_SYSINFO_EHDR) return fclose(file), entry.a_un.a_val;
    errx(125, "no vDSO in %s", path);
}

static void shift_clock(pid_t child, const char *path) {
    int32_t shift = read_shift(path);
    memcpy(time_code + time_shift, &shift, sizeof shift);
    memcpy(clock_code + clock_shift, &shift, sizeof shift);
    uintptr_t vdso = vdso_of(child);
    replace(child, vdso + offset_in_vdso("__vdso_time"), time_code, sizeof time_code);
    replace(
        child, vdso + offset_in_vdso("__vdso_clock_gettime"), clock_code, sizeof clock_code);
}

int main(int count, char **arguments) {
    if (count < 3) errx(125, "usage: shifted_clock FILE PROGRAM [ARGUMENT...]");
    pid_t first = fork();
    if (first < 0) err(125, "fork");
    if (first == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        execv(arguments[2], arguments + 2);
        err(127, "%s", arguments[2]);
    }
    // The signals that a terminal or a test sends to the group are for the program.
    for (int signal = 1; signal < 32; signal++)
        if (signal != SIGCHLD) sigaction(signal, &(struct sigaction){.sa_handler = SIG_IGN}, 0);
    int status;
    waitpid(first, &status, 0);
    long options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                   PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, first, 0, options) < 0) err(125, "ptrace");
    ptrace(PTRACE_CONT, first, 0, 0);
    for (;;) {
        pid_t stopped = waitpid(-1, &status, __WALL);
        if (stopped < 0) err(125, "waitpid");
        if (!WIFSTOPPED(status)) {
            if (stopped != first) continue;
            if (WIFEXITED(status)) return WEXITSTATUS(status);
            signal(WTERMSIG(status), SIG_DFL);
            raise(WTERMSIG(status));
            return 125;
        }
        int event = status >> 16;
        if (event == PTRACE_EVENT_EXEC) shift_clock(stopped, arguments[1]);
        // A new child begins with a stop; any other signal is the program's own.
        int signal = event || WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
        ptrace(PTRACE_CONT, stopped, 0, signal);
    }
}
