/* A CPU access, begun and ended. argv[4]: 1 for a real dma-buf. */
#include "bench.h"

struct context { int fd, real; };

static void scope(void *p)
{
    struct context *c = p;
    begin_access(c->fd, c->real);
    end_access(c->fd, c->real);
}

int main(int argc, char **argv)
{
    struct context c = { .real = atoi(argv[4]) };
    c.fd = dma_buf(4096, c.real);
    measure(argv, 1000, scope, &c);
    return 0;
}
