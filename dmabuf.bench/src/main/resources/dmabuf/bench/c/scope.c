/* The two requests of a CPU access: DMA_BUF_IOCTL_SYNC begin and end, or FIOCLEX twice where a memfd stands in. argv[4]: 1 for the real thing. */
#include "bench.h"

#define SYNC 0x40086200UL

struct context { int fd, real; };

static void stand_in(void *p)
{
    struct context *c = p;
    if (ioctl(c->fd, FIOCLEX, 0) || ioctl(c->fd, FIOCLEX, 0))
        die("FIOCLEX");
}

static void sync_pair(void *p)
{
    struct context *c = p;
    static const uint64_t begin = 3, end = 7;
    if (ioctl(c->fd, SYNC, &begin) || ioctl(c->fd, SYNC, &end))
        die("DMA_BUF_IOCTL_SYNC");
}

int main(int argc, char **argv)
{
    struct context c = { 0, atoi(argv[4]) };
    c.fd = dma_buf(4096, c.real);
    measure(argv, 1000, c.real ? sync_pair : stand_in, &c);
    return 0;
}
