package exporter.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.ProcessResources;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which dma-bufs are kept, and for how long. */
class DmaBufCacheTest {

    private final ProcessResources before = ProcessResources.now();
    private final ScriptedDevice device = new ScriptedDevice();
    private final DmaBufCache cache = new DmaBufCache(device.probed());

    @AfterEach
    void nothingIsLeft() {
        cache.close();
        device.close();
        ProcessResources more = ProcessResources.now().since(before);
        assertTrue(more.isNothing(), more::toString);
    }

    private void hold(long... ids) {
        for (long id : ids) {
            assertTrue(cache.hold(id));
        }
    }

    @Test
    void oneThatWasNotAskedForTheLongestTimeGoes() {
        hold(1, 2, 3, 4, 5);
        hold(1);
        hold(6);
        assertEquals(List.of(3L, 4L, 5L, 1L, 6L), cache.ids());
        assertEquals(Optional.empty(), cache.duplicate(2));
        hold(2);
        assertEquals(2, device.gets.get(2), "fetched anew, since nobody has it any more");
        assertEquals(1, device.gets.get(1));
    }

    @Test
    void oneThatOthersUseStays() {
        int[] number = new int[1];
        device.get = id -> {
            int made = device.newDmaBuf(4096);
            if (id == 1) {
                number[0] = made;
                device.fdinfo.put(made, "pos:\t0\nsize:\t4096\ncount:\t2\nexp_name:\tmbochs\n");
            }
            return made;
        };
        hold(1, 2, 3, 4, 5, 6, 7);
        assertEquals(List.of(1L, 4L, 5L, 6L, 7L), cache.ids());
        device.fdinfo.put(number[0], "count:\t1\n");
        hold(8);
        assertEquals(List.of(4L, 5L, 6L, 7L, 8L), cache.ids());
        assertEquals(1, device.gets.get(1));
    }

    @Test
    void duplicateOutlivesTheCache() {
        hold(1);
        try (Fd taken = cache.duplicate(1).orElseThrow()) {
            cache.close();
            assertEquals(1 << 20, device.simulated.lseek(taken.number(), 0, 2));
        }
        assertFalse(cache.hold(2));
        assertEquals(Optional.empty(), cache.duplicate(1));
        assertEquals(null, device.gets.get(2));
    }

    @Test
    void whatTheDeviceRefusesIsGoneOrAFailure() {
        device.get = id -> -(id == 1 ? Errno.EINVAL : id == 2 ? Errno.ENOENT : Errno.EMFILE).number();
        assertFalse(cache.hold(1));
        assertFalse(cache.hold(2));
        DmaBufException e = assertThrows(DmaBufException.class, () -> cache.hold(3));
        assertEquals(Errno.EMFILE, e.errno());
        assertTrue(e.getMessage().contains("scripted, id 3"), e.getMessage());
    }

    @Test
    void idOfTheHighestNumberIsOne() {
        hold(0xffff_ffffL);
        assertEquals(1, device.gets.get(-1));
    }
}
