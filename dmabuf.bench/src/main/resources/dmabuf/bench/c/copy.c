/* memcpy out of a shared mapping. argv[4]: bytes; argv[5]: 1 for a real dma-buf. */
#include "bench.h"

struct context { void *from, *to; size_t size; };

static void copy(void *p)
{
    struct context *c = p;
    memcpy(c->to, c->from, c->size);
    __asm__ volatile("" : : "r"(c->to) : "memory");
}

int main(int argc, char **argv)
{
    struct context c = { .size = strtoul(argv[4], NULL, 10) };
    int fd = dma_buf(c.size, atoi(argv[5]));
    c.from = mmap(NULL, c.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    c.to = malloc(c.size);
    if (c.from == MAP_FAILED || !c.to)
        die("memory");
    memset(c.from, 1, c.size);
    memset(c.to, 2, c.size);
    measure(argv, 1, copy, &c);
    return 0;
}
