package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.BufferId;
import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;
import dmabuf.api.Lifetime;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferTextTest {

    private record Line(
            BufferId id,
            String name,
            long size,
            String origin,
            Lifetime lifetime,
            BufferState state,
            int handles,
            int mappings,
            List<Integer> openScopes,
            List<String> traces)
            implements BufferInfo {

        Line(List<Integer> openScopes, List<String> traces) {
            this(new BufferId(1, 77), "frame", 4096, "udmabuf on /dev/udmabuf generation 2", Lifetime.SELF_CONTAINED, BufferState.ACTIVE,
                    1, openScopes.size(), openScopes, traces);
        }
    }

    @Test
    void detailSaysWhatIsOpen() {
        assertEquals("""
                inode    77
                name     frame
                size     4096
                state    ACTIVE
                handles  1
                mappings 2
                scopes   3 open
                origin   udmabuf on /dev/udmabuf generation 2""", BufferText.detail(new Line(List.of(1, 2), List.of())));
    }

    @Test
    void detailSaysWhereItWasMadeWhenThatIsKnown() {
        String detail = BufferText.detail(new Line(List.of(0), List.of("mapping of x\n  made\n    at A.b(A.java:1)", "handle on x")));
        assertEquals("""
                origin   udmabuf on /dev/udmabuf generation 2
                mapping of x
                  made
                    at A.b(A.java:1)
                handle on x""", detail.substring(detail.indexOf("origin")));
    }
}
