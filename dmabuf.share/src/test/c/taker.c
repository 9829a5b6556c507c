/*
 * Takes a buffer as docs/share-protocol.md says, prints what it is and what is in it, writes a mark into it, and acknowledges.
 *
 *   taker SOCKET MARK
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { VERSION = 1, OFFER = 1, STATUS = 2, MAX_FDS = 253, MAX_EXTENTS = 4096, MAX_HEADER = 4096, MAX_NAME = 31 };
enum { SIMULATED = 1, NEEDS_SYNC = 2, KNOWN_FLAGS = 0x7f, CRITICAL_FLAGS = 0xffff };

struct dmab_header {
    uint8_t magic[4];
    uint16_t version, type;
    uint32_t header_length, flags;
};
struct dmab_offer {
    struct dmab_header header;
    uint64_t size;
    uint32_t caching, access, descriptors, extents, name_length;
    uint32_t width, height, stride, fourcc, padding;
    uint64_t modifier;
};
struct dmab_extent {
    uint32_t memfd, reserved;
    uint64_t offset, length;
};
struct dmab_status {
    struct dmab_header header;
    uint32_t error, reserved;
};
_Static_assert(sizeof(struct dmab_offer) == 72 && sizeof(struct dmab_extent) == 24 && sizeof(struct dmab_status) == 24, "padding");

static int fds[MAX_FDS];
static uint32_t fd_count;
static union {
    uint8_t bytes[MAX_HEADER + MAX_EXTENTS * sizeof(struct dmab_extent) + MAX_NAME];
    struct dmab_offer offer;
    struct dmab_status status;
} message;

static int fail(const char *what, int error) {
    fprintf(stderr, "taker: %s: %s\n", what, strerror(error));
    return error;
}

static void answer(int socket, uint32_t error) {
    struct dmab_status status = {{{'D', 'M', 'A', 'B'}, VERSION, STATUS, sizeof status, 0}, error, 0};
    send(socket, &status, sizeof status, MSG_NOSIGNAL);
}

static int peer_is_welcome(int socket) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

static ssize_t receive(int socket) {
    union {
        char bytes[CMSG_SPACE(sizeof fds)];
        struct cmsghdr align;
    } control;
    struct iovec iov = {message.bytes, sizeof message.bytes};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t length = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    if (length < 0) {
        return -1;
    }
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c != NULL; c = CMSG_NXTHDR(&header, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
            fd_count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            memcpy(fds, CMSG_DATA(c), fd_count * sizeof(int));
        }
    }
    if (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        errno = EMSGSIZE;
        return -1;
    }
    return length;
}

/* 0, or the error to answer with */
static int check(size_t length) {
    const struct dmab_offer *o = &message.offer;
    if (length < sizeof o->header || memcmp(o->header.magic, "DMAB", 4) != 0 || o->header.type != OFFER) {
        return EPROTO;
    }
    if (o->header.version != VERSION || (o->header.flags & CRITICAL_FLAGS & ~KNOWN_FLAGS)) {
        return EPROTONOSUPPORT;
    }
    uint32_t header = o->header.header_length;
    int simulated = o->header.flags & SIMULATED;
    if (header < sizeof *o || header > MAX_HEADER || header % 8 || header > length || o->descriptors != fd_count
            || (simulated ? fd_count < 2 || o->extents < 1 || o->extents > MAX_EXTENTS : fd_count != 1 || o->extents != 0)
            || o->name_length > MAX_NAME || length != header + o->extents * sizeof(struct dmab_extent) + o->name_length
            || o->size == 0 || o->size > INT64_MAX || o->padding >= o->size || o->caching > 3 || o->access < 1 || o->access > 3) {
        return EPROTO;
    }
    const struct dmab_extent *e = (const void *) (message.bytes + header);
    uint64_t left = o->size;
    for (uint32_t i = 0; i < o->extents; i++) {
        if (e[i].memfd < 1 || e[i].memfd >= fd_count || e[i].reserved || e[i].length == 0 || e[i].length > left
                || e[i].offset > INT64_MAX - e[i].length) {
            return EPROTO;
        }
        left -= e[i].length;
    }
    return simulated && left != 0 ? EPROTO : 0;
}

/* A file that its giver could truncate must not be mapped. */
static int cannot_shrink(int fd, uint64_t reach) {
    int seals = fcntl(fd, F_GET_SEALS);
    off_t size = lseek(fd, 0, SEEK_END);
    return seals >= 0 && (seals & F_SEAL_SHRINK) && size >= 0 && (uint64_t) size >= reach;
}

static void *map(void) {
    const struct dmab_offer *o = &message.offer;
    int protection = o->access == 1 ? PROT_READ : PROT_READ | PROT_WRITE;
    if (!(o->header.flags & SIMULATED)) {
        /* This little program takes memfds; for a dma-buf it would bracket its accesses with DMA_BUF_IOCTL_SYNC. */
        return cannot_shrink(fds[0], o->size) ? mmap(NULL, o->size, protection, MAP_SHARED, fds[0], 0) : MAP_FAILED;
    }
    char *start = mmap(NULL, o->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char *at = start;
    const struct dmab_extent *e = (const void *) (message.bytes + o->header.header_length);
    for (uint32_t i = 0; start != MAP_FAILED && i < o->extents; i++) {
        int fd = fds[e[i].memfd];
        if (!cannot_shrink(fd, e[i].offset + e[i].length)
                || mmap(at, e[i].length, protection, MAP_SHARED | MAP_FIXED, fd, e[i].offset) == MAP_FAILED) {
            munmap(start, o->size);
            return MAP_FAILED;
        }
        at += e[i].length;
    }
    return start;
}

static uint64_t fnv1a(const uint8_t *bytes, uint64_t length) {
    uint64_t hash = 0xcbf29ce484222325;
    for (uint64_t i = 0; i < length; i++) {
        hash = (hash ^ bytes[i]) * 0x100000001b3;
    }
    return hash;
}

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path) {
        return fail("taker SOCKET MARK", EINVAL);
    }
    strcpy(address.sun_path, argv[1]);
    int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    struct timeval patience = {10, 0};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (s < 0 || connect(s, (struct sockaddr *) &address, sizeof address) != 0) {
        return fail("connect", errno);
    }
    if (!peer_is_welcome(s)) {
        answer(s, EACCES);
        return fail("giver", EACCES);
    }
    ssize_t length = receive(s);
    if (length <= 0) {
        return fail("receive", length == 0 ? EPIPE : errno);
    }
    if ((size_t) length >= sizeof message.status && memcmp(message.bytes, "DMAB", 4) == 0 && message.offer.header.type == STATUS) {
        return fail("refused", message.status.error);
    }
    int error = check(length);
    uint8_t *memory = error ? MAP_FAILED : map();
    if (memory == MAP_FAILED) {
        answer(s, error ? error : EINVAL);
        return fail("offer", error ? error : EINVAL);
    }
    const struct dmab_offer *o = &message.offer;
    const char *name = (const char *) message.bytes + o->header.header_length + o->extents * sizeof(struct dmab_extent);
    printf("name=%.*s size=%" PRIu64 " caching=%u access=%u flags=0x%x fds=%u extents=%u %ux%u stride=%u fourcc=%.4s modifier=0x%" PRIx64
           " fnv1a=%016" PRIx64 "\n", (int) o->name_length, name, o->size, o->caching, o->access, o->header.flags, fd_count, o->extents,
           o->width, o->height, o->stride, (const char *) &o->fourcc, o->modifier, fnv1a(memory, o->size));
    if (o->access & 2) {
        memcpy(memory, argv[2], strlen(argv[2]));
        memcpy(memory + o->size - strlen(argv[2]), argv[2], strlen(argv[2]));
    }
    answer(s, 0);
    munmap(memory, o->size);
    for (uint32_t i = 0; i < fd_count; i++) {
        close(fds[i]);
    }
    close(s);
    return 0;
}
