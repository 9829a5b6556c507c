package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Errno;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every conversion between a policy and the numbers in which others say it. */
class MmapInfoAbiTest {

    private static MmapPolicy notForGuests(Caching caching) {
        return new MmapPolicy(true, caching, true, Access.READ_WRITE, MemoryKind.SYSTEM, false, PolicyOrigin.EXPORTER);
    }

    private static OptionalLong optional(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    @ParameterizedTest
    @CsvSource({"WRITE_COMBINED, 0", "CACHED, 1", "UNCACHED,", "UNKNOWN,"})
    void firstVersionSaysWriteCombinedOrCached(Caching caching, Long value) {
        assertEquals(optional(value), MmapInfoAbi.VM_PROT.value(MmapPolicy.mappable(caching)));
    }

    @ParameterizedTest
    @CsvSource({"WRITE_COMBINED, 1", "CACHED, 2", "UNCACHED,", "UNKNOWN,"})
    void resendSaysWhatAGuestMayMap(Caching caching, Long value) {
        assertEquals(optional(value), MmapInfoAbi.MAP_INFO.value(MmapPolicy.mappable(caching)));
    }

    @Test
    void resendCallsIncoherentWhatNoGuestMayMap() {
        assertEquals(OptionalLong.of(0), MmapInfoAbi.MAP_INFO.value(notForGuests(Caching.CACHED)));
        assertEquals(OptionalLong.empty(), MmapInfoAbi.MAP_INFO.value(MmapPolicy.unknown()), "not knowing is no answer");
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeMappedHasNoValue(MmapInfoAbi abi) {
        assertEquals(OptionalLong.empty(), abi.value(MmapPolicy.notMappable()));
    }

    @ParameterizedTest
    @CsvSource({"VM_PROT, 0", "VM_PROT, 1", "MAP_INFO, 1", "MAP_INFO, 2"})
    void valueThatIsReadAndSaidAgainIsTheSame(MmapInfoAbi abi, long value) {
        MmapPolicy policy = abi.policy(value);
        assertEquals(OptionalLong.of(value), abi.value(policy));
        assertTrue(policy.guestMappable());
    }

    @Test
    void coherenceNeedsNoSyncAndIncoherenceDoes() {
        assertFalse(MmapInfoAbi.MAP_INFO.policy(2).needsSync());
        assertTrue(MmapInfoAbi.MAP_INFO.policy(0).needsSync());
        assertEquals(Caching.UNKNOWN, MmapInfoAbi.MAP_INFO.policy(0).caching(), "incoherent says nothing of the cache attribute");
        assertFalse(MmapInfoAbi.MAP_INFO.policy(0).guestMappable());
        assertTrue(MmapInfoAbi.VM_PROT.policy(1).needsSync(), "the first version says nothing of coherence");
    }

    @ParameterizedTest
    @CsvSource({"VM_PROT, 2", "VM_PROT, -1", "MAP_INFO, 3", "MAP_INFO, -1"})
    void numberThatIsNoValueIsRefused(MmapInfoAbi abi, long value) {
        assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> abi.policy(value)).errno());
    }

    @ParameterizedTest
    @CsvSource({"CACHED, 1, 0x31, cached", "UNCACHED, 2, 0x32, uncached", "WRITE_COMBINED, 3, 0x33, wc"})
    void guestIsToldTheCachingAndTheAccess(Caching caching, int value, String withAccess, String word) {
        MmapPolicy policy = MmapPolicy.mappable(caching);
        assertEquals(word, VirtioMapInfo.of(policy).word());
        assertEquals(value, VirtioMapInfo.of(policy).value());
        assertEquals(Integer.decode(withAccess), VirtioMapInfo.withAccess(policy));
        assertEquals(policy, VirtioMapInfo.policy(value), "at the other end it is the same");
        assertEquals(policy, VirtioMapInfo.policy(Integer.decode(withAccess)));
    }

    @Test
    void accessCrossesWithTheCaching() {
        for (Access access : Access.values()) {
            MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED).withAccess(access);
            assertEquals(policy, VirtioMapInfo.policy(VirtioMapInfo.withAccess(policy)));
        }
    }

    @Test
    void whatNoGuestMayMapIsNone() {
        assertEquals(VirtioMapInfo.NONE, VirtioMapInfo.of(notForGuests(Caching.CACHED)));
        assertEquals(VirtioMapInfo.NONE, VirtioMapInfo.of(MmapPolicy.unknown()));
        assertEquals(VirtioMapInfo.NONE, VirtioMapInfo.of(MmapPolicy.notMappable()));
        assertEquals(0, VirtioMapInfo.withAccess(MmapPolicy.unknown()));
        assertEquals(MmapPolicy.notMappable(), VirtioMapInfo.policy(0));
    }

    @ParameterizedTest
    @CsvSource({"4", "0xf", "0x41", "0x81", "0x101", "-1"})
    void mapInfoWithBitsThatMeanNothingIsRefused(String mapInfo) {
        int number = Integer.decode(mapInfo);
        assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> VirtioMapInfo.policy(number)).errno());
    }
}
