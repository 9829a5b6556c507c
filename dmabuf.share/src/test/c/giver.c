/*
 * Gives one buffer away as docs/share-protocol.md says: a sealed memfd, or a simulated buffer of two memfds. Says when it listens and who
 * took it, waits for a line on its standard input, and prints what is in the memory then.
 *
 *   giver SOCKET plain|unsealed|simulated
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { VERSION = 1, OFFER = 1, STATUS = 2 };
enum { SIMULATED = 1, NEEDS_SYNC = 2, MAPPABLE = 4, PICTURE = 0x20, MODIFIER = 0x40 };
enum { CACHED = 1, READ_WRITE = 3 };

struct dmab_header {
    uint8_t magic[4];
    uint16_t version, type;
    uint32_t header_length, flags;
};
struct dmab_extent {
    uint32_t memfd, reserved;
    uint64_t offset, length;
};
struct dmab_offer {
    struct dmab_header header;
    uint64_t size;
    uint32_t caching, access, descriptors, extents, name_length;
    uint32_t width, height, stride, fourcc, padding;
    uint64_t modifier;
    uint8_t rest[3 * sizeof(struct dmab_extent) + 31];
};
struct dmab_status {
    struct dmab_header header;
    uint32_t error, reserved;
};
_Static_assert(offsetof(struct dmab_offer, rest) == 72, "padding");

static const char name[] = "from C";

static void fail(const char *what, int error) {
    fprintf(stderr, "giver: %s: %s\n", what, strerror(error));
    exit(1);
}

static int check(int result, const char *what) {
    if (result < 0) {
        fail(what, errno);
    }
    return result;
}

static int memfd(uint64_t size, int seals) {
    int fd = check(memfd_create("dmabuf-giver", MFD_CLOEXEC | MFD_ALLOW_SEALING), "memfd_create");
    check(ftruncate(fd, size), "ftruncate");
    check(fcntl(fd, F_ADD_SEALS, seals), "F_ADD_SEALS");
    return fd;
}

static int token(uint64_t size) {
    int fd = memfd(size, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int token = check(open(path, O_WRONLY | O_CLOEXEC), path);
    close(fd);
    return token;
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fail(path, ENAMETOOLONG);
    }
    strcpy(address.sun_path, path);
    int s = check(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "socket");
    check(fchmod(s, 0600), "fchmod");
    check(bind(s, (struct sockaddr *) &address, sizeof address), path);
    check(listen(s, 1), "listen");
    return s;
}

static void send_offer(int socket, const struct dmab_offer *offer, const int *fds) {
    size_t length = offer->header.header_length + offer->extents * sizeof(struct dmab_extent) + offer->name_length;
    union {
        char bytes[CMSG_SPACE(253 * sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec iov = {(void *) offer, length};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
        .msg_controllen = CMSG_SPACE(offer->descriptors * sizeof(int))};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(offer->descriptors * sizeof(int));
    memcpy(CMSG_DATA(rights), fds, offer->descriptors * sizeof(int));
    check(sendmsg(socket, &header, MSG_NOSIGNAL), "sendmsg");
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fail("giver SOCKET plain|unsealed|simulated", EINVAL);
    }
    int simulated = strcmp(argv[2], "simulated") == 0;
    uint64_t page = sysconf(_SC_PAGESIZE), size = simulated ? 3 * page : 2 * page;
    struct dmab_offer offer = {
        .header = {{'D', 'M', 'A', 'B'}, VERSION, OFFER, 72,
            (simulated ? SIMULATED : 0) | NEEDS_SYNC | MAPPABLE | PICTURE | MODIFIER},
        .size = size, .caching = CACHED, .access = READ_WRITE, .descriptors = simulated ? 3 : 1, .extents = simulated ? 3 : 0,
        .name_length = strlen(name), .width = 32, .height = 32, .stride = 128, .fourcc = 'X' | 'R' << 8 | '2' << 16 | '4' << 24};
    /* The simulated buffer: the second page of one memfd, all of another, the first page of the first. */
    struct dmab_extent extents[3] = {{1, 0, page, page}, {2, 0, 0, page}, {1, 0, 0, page}};
    memcpy(offer.rest, extents, offer.extents * sizeof extents[0]);
    memcpy(offer.rest + offer.extents * sizeof extents[0], name, strlen(name));

    int seals = strcmp(argv[2], "unsealed") == 0 ? 0 : F_SEAL_SHRINK;
    int first = memfd(2 * page, seals), second = memfd(page, seals);
    char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_SHARED, first, 0);
    char *more = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, second, 0);
    memset(memory, '1', page);
    memset(memory + page, '2', page);
    memset(more, '3', page);
    int fds[3] = {simulated ? token(size) : first, first, second};

    int listener = listen_at(argv[1]);
    printf("listening\n");
    fflush(stdout);
    int s = check(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
    unlink(argv[1]);
    struct ucred peer;
    socklen_t length = sizeof peer;
    check(getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &length), "SO_PEERCRED");
    if (peer.uid != geteuid() && peer.uid != 0) {
        fail("taker", EACCES);
    }
    send_offer(s, &offer, fds);
    struct timeval patience = {10, 0};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct dmab_status status;
    ssize_t received = check(recv(s, &status, sizeof status, 0), "recv");
    if (received != sizeof status || memcmp(status.header.magic, "DMAB", 4) != 0 || status.header.type != STATUS) {
        fail("answer", received == 0 ? EPIPE : EPROTO);
    }
    if (status.error != 0) {
        fail("refused", status.error);
    }
    printf("taken by pid %d\n", peer.pid);
    fflush(stdout);
    getchar();
    printf("first=%.5s second=%.5s third=%.5s\n", memory, memory + page, more);
    return 0;
}
