/* mmap, one byte written within a CPU access, munmap. argv[4]: bytes; argv[5]: 1 for a real dma-buf. */
#include "bench.h"

struct context { int fd, real; size_t size; };

static void map(void *p)
{
    struct context *c = p;
    volatile char *memory = mmap(NULL, c->size, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    begin_access(c->fd, c->real);
    memory[0] = 1;
    end_access(c->fd, c->real);
    munmap((void *) memory, c->size);
}

int main(int argc, char **argv)
{
    struct context c = { .size = strtoul(argv[4], NULL, 10), .real = atoi(argv[5]) };
    c.fd = dma_buf(c.size, c.real);
    measure(argv, 100, map, &c);
    return 0;
}
