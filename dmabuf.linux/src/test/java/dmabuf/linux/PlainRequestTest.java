package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import org.junit.jupiter.api.Test;

class PlainRequestTest {

    private static final ExportRequest PLAIN = ExportRequest.ofSize(4096);

    private static void check(ExportRequest request) {
        PlainRequest.check(request, "plain", "PLAIN_CREATE", "/dev/plain");
    }

    @Test
    void plainRequestsAndThoseWithOptionsOfOthersPass() {
        assertDoesNotThrow(() -> check(PLAIN));
        assertDoesNotThrow(() -> check(PLAIN.withPlacement(Placement.SYSTEM).withOption("other.option", "1")));
    }

    @Test
    void optionOfItsOwnIsRefusedByName() {
        DmaBufException e = assertThrows(DmaBufException.class, () -> check(PLAIN.withOption("plain.tiling", "x")));
        assertEquals("PLAIN_CREATE(/dev/plain, option plain.tiling) failed: EINVAL (Invalid argument): plain has no"
                + " options", e.getMessage());
    }

    @Test
    void memoryOfADeviceIsRefused() {
        DmaBufException e = assertThrows(DmaBufException.class, () -> check(PLAIN.withPlacement(Placement.DEVICE)));
        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertEquals("/dev/plain, memory of the device", e.subject());
    }
}
