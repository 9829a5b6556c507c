package dmabuf.core;

import dmabuf.fd.Fd;
import java.util.concurrent.atomic.AtomicInteger;

/** What the core knows of a fence that it has given out. */
final class FenceLease extends Lease {

    private final Fences fences;
    private final Fd file;
    private final AtomicInteger users;

    FenceLease(SyncFence fence, Fences fences, Fd file, AtomicInteger users) {
        super(fence, fences.leaks());
        this.fences = fences;
        this.file = file;
        this.users = users;
    }

    @Override
    public String toString() {
        return "fence of " + file;
    }

    @Override
    String provenance() {
        return "";
    }

    @Override
    String fate() {
        return "its descriptor is closed";
    }

    @Override
    void free() {
        fences.remove(this);
        if (users.decrementAndGet() == 0) {
            file.close();
        }
    }
}
