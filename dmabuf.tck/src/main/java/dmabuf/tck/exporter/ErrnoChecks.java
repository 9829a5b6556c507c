package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.spi.Exporter;
import dmabuf.tck.exporter.CallFault.Outcome;
import dmabuf.tck.exporter.WatchedKernel.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel answers reaches the importer, whichever call it was. */
interface ErrnoChecks {

    List<Errno> GONE = List.of(Errno.ENODEV, Errno.ENXIO, Errno.ENOENT);

    @Test
    default void errnoOfEachCallIsPassedOn(Workbench bench) {
        List<Call> calls = CallFault.calls(bench);
        for (Errno errno : List.of(Errno.ENOMEM, Errno.EMFILE, Errno.EIO)) {
            for (Outcome outcome : CallFault.everyCallFails(bench, calls, errno)) {
                String what = outcome.call() + ", call " + outcome.number() + " of an export, answered " + errno;
                switch (outcome.thrown()) {
                    // It may do without what it asked for; but then the buffer has to be good.
                    case null -> assertTrue(outcome.usable(), () -> what + ", and the exporter returned a buffer that is none: look at"
                            + " the result of every call");
                    case DmaBufException e -> assertEquals(errno, e.errno(), () -> what + ", and the importer was told " + e.errno()
                            + ": pass the kernel's errno on, SyscallResult.check does");
                    default -> fail(what + ", and export threw " + outcome.thrown() + ": throw a DmaBufException with that errno,"
                            + " SyscallResult.check does", outcome.thrown());
                }
            }
        }
    }

    @Test
    default void interruptedRequestIsTakenUpAgain(Workbench bench) {
        for (Outcome outcome : CallFault.everyRequestIsInterrupted(bench)) {
            if (outcome.thrown() != null) {
                fail(outcome.call() + ", call " + outcome.number() + " of an export, answered EINTR once, and export threw"
                        + " " + outcome.thrown() + ": signals are nobody's fault; use Ioctl.restarting", outcome.thrown());
            }
        }
    }

    @Test
    default void deviceThatIsGoneIsSaidToBeGone(Workbench bench) {
        Exporter held = bench.exporter();
        bench.unplug();
        String advice = "an export of a device that is gone fails with what open(2) says of its node, ENODEV, ENXIO or ENOENT";
        try (Made unexpected = bench.take(held, bench.request(Workbench.PAGE))) {
            fail("the device is gone, and export gave a buffer of " + unexpected.size() + " bytes: " + advice);
        } catch (DmaBufException e) {
            assertTrue(GONE.contains(e.errno()), () -> e.getMessage() + ". " + advice);
        } catch (RuntimeException e) {
            fail("the device is gone, and export threw " + e + ": " + advice, e);
        }
    }
}
