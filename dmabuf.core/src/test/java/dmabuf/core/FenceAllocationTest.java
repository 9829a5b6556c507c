package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.Fence;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Pipe;
import dmabuf.linux.Posix;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Whether there is something to wait for is asked for every frame, and costs no garbage. */
class FenceAllocationTest {

    private int yes;

    @Test
    void lookingWhetherABufferOrAFenceIsReadyAllocatesNothing() {
        Rig rig = new Rig();
        try (DmaBuf buffer = rig.buffer(PAGE);
                Fence done = buffer.exportFence(Access.READ);
                Fence pending = buffer.exportFence(Access.READ)) {
            assertAlways(true, done::isSignalled);
            // The simulation is another matter: its look-up of descriptors by inode makes garbage.
            rig.kernel.pollScript = (fd, events) -> 0;
            assertAlways(false, () -> buffer.isReady(Access.READ));
            assertAlways(false, pending::isSignalled);
            rig.kernel.pollScript = (fd, events) -> events;
            assertAlways(true, () -> buffer.isReady(Access.READ_WRITE));
        }
        rig.close();
    }

    @Test
    void pollOfTheRealKernelAllocatesNothing() {
        LinuxSyscalls linux = new LinuxSyscalls();
        Pipe pipe = Pipe.open();
        assertAlways(false, () -> linux.poll(pipe.readEnd(), Posix.POLLIN, 0) != 0);
        linux.close(pipe.writeEnd());
        linux.close(pipe.readEnd());
    }

    private void assertAlways(boolean expected, BooleanSupplier question) {
        yes = 0;
        int times = NoGarbage.in(() -> yes += question.getAsBoolean() ? 1 : 0);
        assertEquals(expected ? times : 0, yes);
    }
}
