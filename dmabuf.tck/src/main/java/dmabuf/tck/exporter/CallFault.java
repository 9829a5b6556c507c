package dmabuf.tck.exporter;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.exporter.WatchedKernel.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Lets the calls of an export fail, one after the other. */
final class CallFault {

    private static final Set<String> GIVE_A_DESCRIPTOR = Set.of("open", "ioctl", "memfd_create", "fcntl");

    /**
     * What came of an export in which one call was answered by somebody else.
     *
     * @param number which call it was, from 1
     * @param thrown what export threw; null when it returned a buffer
     * @param usable whether it returned a buffer that is one
     */
    record Outcome(int number, Call call, Throwable thrown, boolean usable) {}

    private CallFault() {}

    /** Lets each call that can fail in this way do so, in an export of its own. */
    static List<Outcome> everyCallFails(Workbench bench, List<Call> calls, Errno errno) {
        return each(bench, calls, errno, call -> errno != Errno.EMFILE || GIVE_A_DESCRIPTOR.contains(call.name()));
    }

    /** Lets each ioctl be interrupted once, in an export of its own. */
    static List<Outcome> everyRequestIsInterrupted(Workbench bench) {
        return each(bench, calls(bench), Errno.EINTR, call -> call.name().equals("ioctl"));
    }

    /** The calls of an export that goes well. */
    static List<Call> calls(Workbench bench) {
        List<Call> calls = new ArrayList<>();
        Thread self = Thread.currentThread();
        bench.kernel().interfere(call -> {
            if (Thread.currentThread() == self) {
                calls.add(call);
            }
            return 0;
        });
        try {
            Made made = bench.export(Workbench.PAGE);
            bench.kernel().interfere(null);
            made.close();
            return calls;
        } finally {
            bench.kernel().interfere(null);
        }
    }

    private interface Wanted {
        boolean test(Call call);
    }

    private static List<Outcome> each(Workbench bench, List<Call> calls, Errno errno, Wanted wanted) {
        List<Outcome> outcomes = new ArrayList<>();
        for (int index = 0; index < calls.size(); index++) {
            if (wanted.test(calls.get(index))) {
                one(bench, index, calls.get(index), errno).ifPresent(outcomes::add);
            }
        }
        return outcomes;
    }

    /** Empty when this export did not make that call: it may have kept something from the one before. */
    private static Optional<Outcome> one(Workbench bench, int index, Call call, Errno errno) {
        Thread self = Thread.currentThread();
        int[] seen = {0};
        boolean[] failed = {false};
        bench.kernel().interfere(now -> {
            if (Thread.currentThread() != self || seen[0]++ != index || !now.equals(call)) {
                return 0;
            }
            failed[0] = true;
            return -errno.number();
        });
        try {
            ExportedBuffer buffer = bench.exporter().export(bench.request(Workbench.PAGE));
            bench.kernel().interfere(null);
            boolean usable = usable(buffer);
            return failed[0] ? Optional.of(new Outcome(index + 1, call, null, usable)) : Optional.empty();
        } catch (RuntimeException | Error e) {
            return Optional.of(new Outcome(index + 1, call, e, false));
        } finally {
            bench.kernel().interfere(null);
        }
    }

    /** Closes what is a buffer; what is none may be somebody else's descriptor. */
    private static boolean usable(ExportedBuffer buffer) {
        if (buffer == null) {
            return false;
        }
        int fd = buffer.fd().number();
        boolean usable = !buffer.isDmaBuf() || fd > 2 && ((Syscalls) buffer.fd().kernel()).lseek(fd, 0, Posix.SEEK_END) == buffer.size();
        if (usable) {
            new Made(buffer, mode -> true).close();
        }
        return usable;
    }
}
