/* Makes a buffer, maps it, writes it all, unmaps and closes it, on several threads. argv[4]: bytes; argv[5]: 1 for real dma-bufs; argv[6]: threads.
   Prints nanoseconds an operation of one thread, as JMH's average time does: with perfect scaling it stays the same. */
#include "bench.h"

static size_t size;
static int real;

static void once(void *unused)
{
    int fd = dma_buf(size, real);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        die("mmap");
    memset(memory, 1, size);
    munmap(memory, size);
    close(fd);
}

struct worker { pthread_t thread; double end; long done; double span; };

static void *work(void *p)
{
    struct worker *w = p;
    double begun = now_ns(), now;
    w->done = 0;
    do {
        for (int i = 0; i < 20; i++)
            once(NULL);
        w->done += 20;
        now = now_ns();
    } while (now - begun < w->span);
    w->end = now - begun;
    return NULL;
}

int main(int argc, char **argv)
{
    size = strtoul(argv[4], NULL, 10);
    real = atoi(argv[5]);
    int threads = atoi(argv[6]), warmups = atoi(argv[1]), iterations = atoi(argv[2]);
    struct worker workers[64];
    for (int i = 0; i < warmups + iterations; i++) {
        double sum = 0;
        for (int t = 0; t < threads; t++) {
            workers[t].span = atof(argv[3]) * 1e6;
            if (pthread_create(&workers[t].thread, NULL, work, &workers[t]))
                die("pthread_create");
        }
        for (int t = 0; t < threads; t++) {
            pthread_join(workers[t].thread, NULL);
            sum += workers[t].end / workers[t].done;
        }
        if (i >= warmups)
            printf("%.3f\n", sum / threads);
    }
    return 0;
}
