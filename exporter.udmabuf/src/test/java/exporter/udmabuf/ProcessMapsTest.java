package exporter.udmabuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessMapsTest {

    @Test
    void memfdMappingIsRead() {
        ProcessMaps.Area area = ProcessMaps.parse("7f0c10000000-7f0c10003000 rw-s 00002000 00:01 1034                       /memfd:a b (deleted)");

        assertEquals(0x7f0c10000000L, area.start());
        assertEquals(0x7f0c10003000L, area.end());
        assertEquals(0x2000, area.offset());
        assertEquals(new ProcessMaps.File(1, 1034), area.file());
        assertEquals("/memfd:a b (deleted)", area.path());
        assertTrue(area.shared() && area.isMemfd());
    }

    @Test
    void anonymousMemoryHasNoPath() {
        ProcessMaps.Area area = ProcessMaps.parse("7ffd2000-7ffd3000 rw-p 00000000 00:00 0 ");

        assertFalse(area.shared() || area.isMemfd());
        assertEquals("anonymous memory", area.describe());
    }

    @Test
    void highestAddressIsRead() {
        assertEquals(-0x1000L - 0x9ff000L, ProcessMaps.parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]").start());
    }

    @Test
    void addressInNoAreaIsNotFound() {
        assertTrue(ProcessMaps.read().at(1).isEmpty());
    }
}
