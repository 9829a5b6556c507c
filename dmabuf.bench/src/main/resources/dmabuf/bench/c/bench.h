/* What every baseline in C does alike: argv is WARMUPS ITERATIONS MILLIS ..., and each iteration that counts prints nanoseconds an operation. */
#ifndef DMABUF_BENCH_H
#define DMABUF_BENCH_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_SEAL_SHRINK 2
#endif
#ifndef MFD_ALLOW_SEALING
#define MFD_CLOEXEC 1U
#define MFD_ALLOW_SEALING 2U
#endif

static inline double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e9 + t.tv_nsec;
}

static inline void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static inline void *sleep_for_ever(void *unused)
{
    pause();
    return unused;
}

/* Runs an operation in batches until an iteration's time is over. There is a second thread, which sleeps: in a process with threads the
   kernel counts the uses of a descriptor for each call, which it spares a process with one thread. Every JVM has threads. */
static inline void measure(char **argv, int batch, void (*operation)(void *), void *context)
{
    pthread_t sleeper;
    if (pthread_create(&sleeper, NULL, sleep_for_ever, NULL))
        die("pthread_create");
    int warmups = atoi(argv[1]), iterations = atoi(argv[2]);
    double span = atof(argv[3]) * 1e6;
    for (int i = 0; i < warmups + iterations; i++) {
        double begun = now_ns(), end;
        long done = 0;
        do {
            for (int j = 0; j < batch; j++)
                operation(context);
            done += batch;
            end = now_ns();
        } while (end - begun < span);
        if (i >= warmups)
            printf("%.3f\n", (end - begun) / done);
    }
}

/* A memfd that cannot shrink. */
static inline int sealed_memfd(long size)
{
    int fd = (int) syscall(SYS_memfd_create, "bench", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, size) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK))
        die("memfd");
    return fd;
}

/* A udmabuf, where the machine makes them; else a memfd stands in. */
struct bench_udmabuf_create { uint32_t memfd, flags; uint64_t offset, size; };
#define BENCH_UDMABUF_CREATE 0x40187542UL

static inline int dma_buf(long size, int real)
{
    int memfd = sealed_memfd(size);
    if (!real)
        return memfd;
    struct bench_udmabuf_create create = { memfd, 1, 0, size };
    int node = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
    int fd = node < 0 ? -1 : ioctl(node, BENCH_UDMABUF_CREATE, &create);
    if (fd < 0)
        die("/dev/udmabuf");
    close(node);
    close(memfd);
    return fd;
}

/* The two requests of a CPU access: DMA_BUF_IOCTL_SYNC begin and end, or FIOCLEX twice where a memfd stands in. */
#define SYNC 0x40086200UL

static inline void begin_access(int fd, int real)
{
    static const uint64_t begin = 3;
    if (real ? ioctl(fd, SYNC, &begin) : ioctl(fd, FIOCLEX, 0))
        die("begin of the access");
}

static inline void end_access(int fd, int real)
{
    static const uint64_t end = 7;
    if (real ? ioctl(fd, SYNC, &end) : ioctl(fd, FIOCLEX, 0))
        die("end of the access");
}
#endif
