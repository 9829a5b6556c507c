package dmabuf.sim;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * A table of requests, {@code struct drm_ioctl_desc[]}: which number is what, whatever size the caller says that its struct has. Filled by
 * whoever makes it, and read by everybody from then on.
 */
final class DrmRequests {

    private record Request(long known, ToIntFunction<MemorySegment> body) {}

    private final Map<Integer, Request> byNumber = new HashMap<>();

    /** Adds a request, as the driver's header encodes it, and what it does with its struct. */
    void add(long known, ToIntFunction<MemorySegment> body) {
        byNumber.put(SizedArgument.number(known), new Request(known, body));
    }

    /** Does what a caller asks for; the last argument is the answer where the table has nothing of that number. */
    int call(long request, MemorySegment argument, int otherwise) {
        Request found = byNumber.get(SizedArgument.number(request));
        return found == null ? otherwise : SizedArgument.call(request, found.known(), argument, found.body());
    }
}
