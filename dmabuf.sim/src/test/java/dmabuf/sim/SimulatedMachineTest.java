package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Subscription;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Posix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Device nodes that come and go, and what is told of them. */
class SimulatedMachineTest extends SimulatedKernelCase {

    private static final String NODE = "/dev/udmabuf";

    private Devices devices() {
        return kernel.devices();
    }

    /** So that one node alone comes and goes in its folder. */
    @BeforeEach
    void unplugTheCamera() {
        kernel.machine().unplug("/dev/video0");
    }

    @Test
    void kernelSaysThatItIsSimulated() {
        assertEquals(KernelKind.SIMULATED, kernel.kind());
    }

    @Test
    void nodeIsListedWhileItIsPluggedIn() {
        assertEquals(List.of(NODE), devices().list("/dev"));
        assertEquals(List.of(), devices().list("/dev/dri"));
        assertTrue(devices().exists(NODE));
        assertFalse(kernel.machine().plug(NODE), "it is plugged in already");
        assertTrue(kernel.machine().unplug(NODE));
        assertFalse(kernel.machine().unplug(NODE));
        assertEquals(List.of(), devices().list("/dev"));
        assertFalse(devices().exists(NODE));
        assertTrue(kernel.machine().plug(NODE));
        assertTrue(devices().exists(NODE));
    }

    @Test
    void realNodesAreNotTheSimulations() {
        assertFalse(devices().exists("/dev/null"));
        assertEquals(Optional.empty(), devices().explainNoAccess(NODE));
    }

    @Test
    void moduleParametersAreReadInSysfsAndSetByTheMachine() {
        String folder = "/sys/module/udmabuf/parameters/";
        assertEquals(Optional.of("1024"), devices().attribute(folder + "list_limit"));
        assertEquals(Optional.of("64"), devices().attribute(folder + "size_limit_mb"));
        assertEquals(Optional.empty(), devices().attribute(folder + "other"));
        assertEquals(Optional.empty(), devices().attribute("/proc/version"));
        kernel.machine().setParameter("udmabuf", "list_limit", 3);
        assertEquals(Optional.of("3"), devices().attribute(folder + "list_limit"));
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().setParameter("udmabuf", "other", 1));
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().setParameter("other", "list_limit", 1));
        kernel.machine().unplug(NODE);
        assertEquals(Optional.empty(), devices().attribute(folder + "list_limit"));
        kernel.machine().plug(NODE);
        assertEquals(Optional.of("1024"), devices().attribute(folder + "list_limit"), "the module was loaded anew");
    }

    @Test
    void unpluggedNodeIsEnoentAndAnOpenOneEnodev() {
        try (Fd memfd = sealed(PAGE)) {
            kernel.machine().unplug(NODE);
            assertEquals("ENOENT", answer(kernel.open(NODE, Posix.O_RDWR)));
            assertEquals("ENODEV", answer(udmabuf.create(memfd.number(), 0, 0, PAGE)));
            kernel.machine().plug(NODE);
            assertEquals("ENODEV", answer(udmabuf.create(memfd.number(), 0, 0, PAGE)), "that was another device");
            try (Udmabuf again = new Udmabuf(kernel);
                    Fd buffer = again.buffer(memfd.number(), 0, PAGE)) {
                assertTrue(buffer.isOpen());
            }
        }
    }

    @Test
    void watcherHearsOfNodesOnAThreadThatIsNotTheMachines() throws Exception {
        BlockingQueue<List<String>> heard = new LinkedBlockingQueue<>();
        BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
        try (Subscription watch = devices().watch("/dev", () -> {
            threads.add(Thread.currentThread());
            heard.add(devices().list("/dev"));
        })) {
            assertTrue(watch != null);
            kernel.machine().unplug(NODE);
            assertEquals(List.of(), heard.poll(10, TimeUnit.SECONDS));
            assertNotSame(Thread.currentThread(), threads.take());
            kernel.machine().plug(NODE);
            assertEquals(List.of(NODE), heard.poll(10, TimeUnit.SECONDS));
        }
        kernel.machine().unplug(NODE);
        assertNull(heard.poll(50, TimeUnit.MILLISECONDS), "after the end of the watch");
    }

    @Test
    void watcherOfAnotherFolderHearsNothing() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Subscription other = devices().watch("/dev/dri", () -> heard.add("/dev/dri"));
                Subscription own = devices().watch("/dev", () -> heard.add("/dev"))) {
            assertNotSame(other, own);
            kernel.machine().unplug(NODE);
            assertEquals("/dev", heard.poll(10, TimeUnit.SECONDS));
            assertNull(heard.poll(50, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void watcherThatFailsDoesNotKeepOthersFromHearing() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Subscription failing = devices().watch("/dev", () -> {
                    throw new IllegalStateException("on purpose");
                });
                Subscription hearing = devices().watch("/dev", () -> heard.add("/dev"))) {
            assertNotSame(failing, hearing);
            kernel.machine().unplug(NODE);
            assertEquals("/dev", heard.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void watcherMayPlugAndWatchAndUnwatch() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (Subscription watch = devices().watch("/dev", () -> {
            if (kernel.machine().plug(NODE)) {
                try (Subscription inner = devices().watch("/dev", () -> {})) {
                    assertTrue(inner != null);
                }
            }
            heard.add(devices().list("/dev").toString());
        })) {
            assertTrue(watch != null);
            kernel.machine().unplug(NODE);
            assertEquals("[" + NODE + "]", heard.poll(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void closedKernelHasNoDevicesAndItsBuffersGoOn() {
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            kernel.close();
            kernel.close();
            assertEquals(List.of(), devices().list("/dev"));
            assertEquals("ENOENT", answer(kernel.open(NODE, Posix.O_RDWR)));
            assertThrows(IllegalStateException.class, () -> kernel.machine().plug(NODE));
            assertEquals("ok", answer(sync(buffer.number(), 3)));
            map(buffer, 0, PAGE);
        }
    }

    @Test
    void machineKnowsNoDeviceThatIsNotSimulated() {
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().plug("/dev/null"));
    }

    @Test
    void buffersAreListedAsDebugfsListsThem() {
        try (Fd memfd = sealed(2 * PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, 2 * PAGE);
                Fd copy = adopt(kernel.dup(buffer.number()))) {
            kernel.ioctl(copy.number(), DmaBufIoctl.SET_NAME_B, arena.allocateFrom("frame"));
            long inode = FileStatus.of(buffer.number()).inode();
            assertEquals(List.of(new SimulatedBuffer(inode, 2 * PAGE, "udmabuf", "frame")), kernel.machine().buffers());
        }
    }

    @Test
    void deploymentIsSaidInTheLogAtInfo() {
        List<LogRecord> records = new ArrayList<>();
        Logger logger = Logger.getLogger(SimulatedKernel.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            kernel.announce();
        } finally {
            logger.removeHandler(handler);
        }
        assertEquals(1, records.size());
        assertEquals(Level.INFO, records.getFirst().getLevel());
        assertTrue(new SimpleFormatter().formatMessage(records.getFirst())
                .startsWith("a simulated kernel is deployed: [/dev/dma_heap/system, /dev/udmabuf]"));
    }
}
