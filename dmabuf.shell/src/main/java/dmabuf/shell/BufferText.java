package dmabuf.shell;

import dmabuf.api.BufferInfo;
import java.util.stream.Collectors;

/** What there is to say of a buffer: as one line, and in detail. */
final class BufferText {

    private BufferText() {}

    /** A row for the shell, whose columns align with the other rows'. */
    static String line(BufferInfo buffer) {
        return "%-10d %-20s %10s  %-8s %2d handles %2d mappings  %s".formatted(
                buffer.id().inode(),
                buffer.name().isEmpty() ? "-" : buffer.name(),
                Sizes.format(buffer.size()),
                buffer.state(),
                buffer.handles(),
                buffer.mappings(),
                buffer.origin());
    }

    static String detail(BufferInfo buffer) {
        return """
                inode    %d
                name     %s
                size     %d
                state    %s
                handles  %d
                mappings %d
                scopes   %d open
                origin   %s%s""".formatted(
                buffer.id().inode(),
                buffer.name(),
                buffer.size(),
                buffer.state(),
                buffer.handles(),
                buffer.mappings(),
                buffer.openScopes().stream().mapToInt(Integer::intValue).sum(),
                buffer.origin(),
                buffer.traces().stream().map(each -> "\n" + each).collect(Collectors.joining()));
    }
}
