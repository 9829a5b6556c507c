package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PolicyTest {

    @ParameterizedTest
    @EnumSource
    void guestMayMapMemoryOfKnownCaching(Caching caching) {
        MmapPolicy policy = MmapPolicy.mappable(caching);
        assertTrue(policy.mappable());
        assertTrue(policy.needsSync(), "until coherence is known");
        assertEquals(caching != Caching.UNKNOWN, policy.guestMappable());
        assertEquals(PolicyOrigin.EXPORTER, policy.origin());
    }

    @Test
    void memoryOfUnknownOriginMayBeTriedButNotInAGuest() {
        MmapPolicy policy = MmapPolicy.unknown();
        assertTrue(policy.mappable());
        assertTrue(policy.needsSync());
        assertFalse(policy.guestMappable());
        assertEquals(Caching.UNKNOWN, policy.caching());
        assertEquals(PolicyOrigin.NOBODY, policy.origin());
    }

    @Test
    void policyCannotContradictItself() {
        assertThrows(IllegalArgumentException.class, () -> policy(false, Caching.CACHED, true));
        assertThrows(IllegalArgumentException.class, () -> policy(true, Caching.UNKNOWN, true));
        policy(false, Caching.CACHED, false);
        assertThrows(NullPointerException.class, () -> policy(true, null, false));
        assertFalse(MmapPolicy.notMappable().mappable());
    }

    private static MmapPolicy policy(boolean mappable, Caching caching, boolean guest) {
        return new MmapPolicy(mappable, caching, true, Access.READ, MemoryKind.SYSTEM, guest, PolicyOrigin.DECLARED);
    }

    @Test
    void refinedPolicyDiffersInOneThing() {
        MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED);
        assertEquals(
                new MmapPolicy(true, Caching.CACHED, true, Access.READ, MemoryKind.SYSTEM, true, PolicyOrigin.EXPORTER),
                policy.withAccess(Access.READ));
        assertEquals(
                new MmapPolicy(true, Caching.CACHED, false, Access.READ_WRITE, MemoryKind.SYSTEM, true, PolicyOrigin.EXPORTER),
                policy.withNeedsSync(false));
        assertEquals(PolicyOrigin.DECLARED, policy.saidBy(PolicyOrigin.DECLARED).origin());
        assertEquals(policy, policy.saidBy(PolicyOrigin.DECLARED).saidBy(PolicyOrigin.EXPORTER));
    }

    @ParameterizedTest
    @CsvSource({
        "READ, READ, true",
        "READ, WRITE, false",
        "READ, READ_WRITE, false",
        "WRITE, READ, false",
        "WRITE, WRITE, true",
        "WRITE, READ_WRITE, false",
        "READ_WRITE, READ, true",
        "READ_WRITE, WRITE, true",
        "READ_WRITE, READ_WRITE, true"
    })
    void accessPermitsWhatItIncludes(Access most, Access wanted, boolean permitted) {
        assertEquals(permitted, most.permits(wanted));
    }

    @ParameterizedTest
    @CsvSource({"READ, true, false, read", "WRITE, false, true, write", "READ_WRITE, true, true, read-write"})
    void accessSaysItsDirections(Access access, boolean reads, boolean writes, String word) {
        assertEquals(reads, access.reads());
        assertEquals(writes, access.writes());
        assertEquals(word, access.toString());
    }

    @ParameterizedTest
    @EnumSource
    void cachingReadsWhatItWrites(Caching caching) {
        assertSame(caching, Caching.ofProperty(caching.property()));
        assertThrows(IllegalArgumentException.class, () -> Caching.ofProperty(caching.name()));
    }

    @ParameterizedTest
    @EnumSource
    void lifetimeReadsWhatItWrites(Lifetime lifetime) {
        assertSame(lifetime, Lifetime.ofProperty(lifetime.property()));
        assertThrows(IllegalArgumentException.class, () -> Lifetime.ofProperty(lifetime.name()));
    }
}
