// Delays what waits for a disk, in a process that this library is preloaded into. How long is read each time from the first eight bytes of
// the file that CHAOS_SLOW_DISK names: microseconds, little-endian; 0 for no delay. A simulation of a slow disk: nothing is written later.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t *delay;

__attribute__((constructor)) static void open_delay(void) {
    const char *path = getenv("CHAOS_SLOW_DISK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(0, sizeof *delay, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) delay = mapped;
    close(file);
}

static void wait_for_disk(void) {
    uint64_t microseconds = delay ? *delay : 0;
    if (!microseconds) return;
    struct timespec left = {(time_t)(microseconds / 1000000), (long)(microseconds % 1000000) * 1000};
    while (nanosleep(&left, &left) != 0) { }
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_disk();
    return real(file);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_disk();
    return real(file);
}
