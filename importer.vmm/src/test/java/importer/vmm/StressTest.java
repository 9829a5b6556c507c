package importer.vmm;

import static importer.vmm.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several threads map and close, at the same places, while the exporter moves the memory. */
class StressTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 150;
    private static final Set<Errno> EXPECTED = Set.of(Errno.EEXIST, Errno.ENODEV);

    static Stream<Host> hosts() {
        return Host.all().stream();
    }

    private static void mapAndClose(Rig rig, DmaBuf buffer, int seed) {
        for (int i = 0; i < ROUNDS; i++) {
            try (GuestSlot slot = rig.guest.map(buffer, (seed + i) % 3 * PAGE, SlotRequest.whole())) {
                slot.info();
                rig.vmm.slots().forEach(SlotInfo::toString);
            } catch (DmaBufException e) {
                if (!EXPECTED.contains(e.errno())) {
                    throw e;
                }
            }
        }
    }

    private static void move(Rig rig) {
        for (int i = 0; i < ROUNDS / 5; i++) {
            rig.control.invalidate(Duration.ofSeconds(30));
            rig.control.restore();
        }
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void nothingIsLeftOfSlotsThatComeAndGo(Host host) throws Exception {
        try (Rig rig = Rig.of(host); DmaBuf buffer = rig.leaving(PAGE)) {
            List<CompletableFuture<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int seed = i;
                tasks.add(CompletableFuture.runAsync(() -> mapAndClose(rig, buffer, seed), Thread.ofPlatform()::start));
            }
            tasks.add(CompletableFuture.runAsync(() -> move(rig), Thread.ofPlatform()::start));
            CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)).get(120, TimeUnit.SECONDS);
            assertEquals(List.of(), rig.guest.slots());
            assertEquals(0, rig.core.census().getFirst().mappings());
            if (host == Host.SCRIPTED_KVM) {
                assertEquals(0, rig.scripted().slotsInUse());
            }
        }
    }
}
