package importer.vmm;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Syscalls;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** All guests, as a plain object. Thread-safe. */
final class Guests implements Vmm, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Guests.class.getName());

    private final Syscalls kernel;
    private final List<Guest> open = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    Guests(Syscalls kernel) {
        this.kernel = Objects.requireNonNull(kernel, "kernel");
    }

    @Override
    public GuestMemory create(GuestOptions options) {
        Guest guest = new Guest(options, kernel, table(options), open::remove);
        open.add(guest);
        if (closed) {
            guest.close();
            throw new DmaBufException(Errno.ENODEV, "create", guest.toString(), "importer.vmm has stopped; use the Vmm that is there now");
        }
        LOG.log(System.Logger.Level.INFO, "{0}: {1} slots", guest.toString(), Integer.toString(guest.slotLimit()));
        return guest;
    }

    private SlotTable table(GuestOptions options) {
        return switch (options.kvm()) {
            case NEVER -> new PlainTable("it is not wanted");
            case REQUIRED -> KvmTable.create(kernel);
            case AUTO -> {
                try {
                    yield KvmTable.create(kernel);
                } catch (DmaBufException e) {
                    yield new PlainTable(e.getMessage());
                }
            }
        };
    }

    @Override
    public List<GuestMemory> guests() {
        return List.copyOf(open);
    }

    /** Closes every guest. */
    @Override
    public void close() {
        closed = true;
        for (Guest guest : open) {
            LOG.log(System.Logger.Level.WARNING, "{0} loses its {1} slots: importer.vmm stops",
                    guest.toString(), Integer.toString(guest.slots().size()));
            try {
                guest.close();
            } catch (DmaBufException e) {
                LOG.log(System.Logger.Level.WARNING, "{0} did not close in order: {1}", guest.toString(), e.getMessage());
            }
        }
    }
}
