package dmabuf.sim;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.FileStatus;
import dmabuf.linux.LinuxSyscalls;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Which simulated file is behind which descriptor number. Numbers are the real kernel's, so they can be closed and used again without
 * the simulation hearing of it: every look-up therefore asks the real kernel whether the number still is the token it was. Duplicates
 * that were made behind the simulation's back are found by the token's inode.
 *
 * <p>Looking up takes no lock and allocates nothing. Files are never released while the lock is held.
 */
final class Descriptors {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Entry[].class);
    private static final int SWEEP_AT_LEAST = 64;

    /** One descriptor, holding one use of the file. An object of its own, so that it is given up once. */
    private static final class Entry {
        private final SimulatedFile file;

        Entry(SimulatedFile file) {
            this.file = file;
        }
    }

    private final Object lock = new Object();
    private final Map<Long, SimulatedFile> byInode = new ConcurrentHashMap<>();
    private volatile Entry[] entries = new Entry[SWEEP_AT_LEAST];
    private int count;
    private int sweepAt = SWEEP_AT_LEAST;

    /**
     * Finds a file and begins a use of it.
     *
     * @return the file, to be left by {@link SimulatedFile#leave()}; null when the number is none of the simulation's, as far as is known
     */
    SimulatedFile enter(int fd) {
        Entry entry = entry(fd);
        if (entry == null) {
            return null;
        }
        if (!entry.file.identity().isOf(fd)) {
            remove(fd, entry);
            return null;
        }
        return entry.file.enter() ? entry.file : null;
    }

    /** Finds a file also by its inode, which takes a real call for every descriptor that is none of the simulation's. */
    SimulatedFile find(int fd) {
        SimulatedFile file = enter(fd);
        return file != null || byInode.isEmpty() ? file : adopt(fd);
    }

    private SimulatedFile adopt(int fd) {
        SimulatedFile file;
        try {
            file = sameFile(FileStatus.of(fd));
        } catch (DmaBufException e) {
            return null; // Not open: the real call will say so.
        }
        if (file != null && file.enter()) {
            share(fd, file);
            return file;
        }
        return null;
    }

    /** Finds the file whose token has this status; null when there is none. */
    SimulatedFile sameFile(FileStatus status) {
        SimulatedFile file = byInode.get(status.inode());
        return file != null && file.identity().sameFile(status) ? file : null;
    }

    /** Finds an open file by its inode and begins a use of it; null when there is none. */
    SimulatedFile ofInode(long inode) {
        SimulatedFile file = byInode.get(inode);
        return file != null && file.enter() ? file : null;
    }

    /**
     * Makes a token and a file behind it, and gives the file's first descriptor. On failure nothing is left open.
     *
     * @param name what {@code /proc/self/fd} shows
     * @param size what fstat(2) tells
     * @param file makes the file of its token, which is the one use that the file has then
     */
    int open(LinuxSyscalls linux, String name, long size, IntFunction<SimulatedFile> file) {
        return open(linux, Token.create(linux, name, size), file);
    }

    /** The same with a token that there is. On failure it is closed. */
    int open(LinuxSyscalls linux, int token, IntFunction<SimulatedFile> file) {
        try {
            install(token, file.apply(token));
            return token;
        } catch (RuntimeException e) {
            linux.close(token);
            throw e;
        }
    }

    /** Enters a new file whose one use, the descriptor's, it already has. */
    void install(int fd, SimulatedFile file) {
        byInode.put(file.identity().inode(), file);
        put(fd, new Entry(file));
    }

    /** Enters one more descriptor of a file that is in use by the caller. */
    void share(int fd, SimulatedFile file) {
        if (!file.enter()) {
            throw new IllegalStateException("the caller does not use " + file);
        }
        put(fd, new Entry(file));
    }

    /** Forgets what a number meant, because the real kernel has just given it to something else. */
    void forget(int fd) {
        Entry stale = entry(fd);
        if (stale != null) {
            remove(fd, stale);
        }
    }

    /** Runs close(2) and gives up the descriptor that it closed. One that comes into its place meanwhile stays. */
    int close(int fd, IntUnaryOperator close) {
        Entry closed = entry(fd);
        int result = close.applyAsInt(fd);
        if (closed != null) {
            remove(fd, closed);
        }
        return result;
    }

    /** Called by a file that nobody uses any more. */
    void released(SimulatedFile file) {
        byInode.remove(file.identity().inode(), file);
    }

    /** The files that are open, each once. */
    List<SimulatedFile> files() {
        sweep();
        return new ArrayList<>(byInode.values());
    }

    /** Gives up descriptors that were closed behind the simulation's back. */
    private void sweep() {
        Entry[] current = entries;
        for (int fd = 0; fd < current.length; fd++) {
            Entry entry = entry(fd);
            if (entry != null && !entry.file.identity().isOf(fd)) {
                remove(fd, entry);
            }
        }
        synchronized (lock) {
            sweepAt = Math.max(SWEEP_AT_LEAST, 2 * count);
        }
    }

    private Entry entry(int fd) {
        Entry[] current = entries;
        return fd >= 0 && fd < current.length ? (Entry) SLOT.getAcquire(current, fd) : null;
    }

    private void put(int fd, Entry entry) {
        Entry stale;
        boolean sweep;
        synchronized (lock) {
            if (fd >= entries.length) {
                entries = Arrays.copyOf(entries, Math.max(fd + 1, 2 * entries.length));
            }
            stale = entries[fd];
            SLOT.setRelease(entries, fd, entry);
            count += stale == null ? 1 : 0;
            sweep = count > sweepAt;
        }
        if (stale != null) {
            stale.file.leave();
        }
        if (sweep) {
            sweep();
        }
    }

    private void remove(int fd, Entry entry) {
        synchronized (lock) {
            if (entries[fd] != entry) {
                return;
            }
            SLOT.setRelease(entries, fd, null);
            count--;
        }
        entry.file.leave();
    }

    /** Asks the status of a descriptor, with the errno to answer when it is not open. */
    static FileStatus status(int fd, Errno notOpen) {
        try {
            return FileStatus.of(fd);
        } catch (DmaBufException e) {
            throw new KernelError(e.errno() == Errno.EBADF ? notOpen : e.errno());
        }
    }
}
