package dmabuf.demo;

import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufs;
import dmabuf.api.Requirements;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * What every step works with.
 *
 * @param context looks up what the bundles of the demonstration offer
 * @param buffers the façade
 * @param file the input
 * @param checks counts what held
 * @param out takes a paragraph a step
 */
record Stage(BundleContext context, DmaBufs buffers, Path file, Checks checks, PrintStream out) {

    /** What the demonstration needs of an exporter. */
    static final Requirements NEEDS = Requirements.none().caching(Caching.CACHED).wrap();

    /** Tells of a step, each sentence in a line of its own. */
    void line(int step, String title, String... sentences) {
        out.print(Paragraph.of(step, title, sentences));
        out.flush();
    }

    /** What marks a device that is not real, wherever it is named. */
    static String label(KernelKind kernel) {
        return kernel == KernelKind.SIMULATED ? " (simulated)" : "";
    }

    BufferSource source() {
        return buffers.select(NEEDS).source();
    }

    /** The kernel that a source's descriptors belong to. */
    Syscalls kernelOf(BufferSource source) {
        return service(Syscalls.class, "(dmabuf.kernel=" + source.properties().kernel().property() + ")");
    }

    /** Looks up a service that must be there. The container ends with the demonstration, so it is not given back. */
    <T> T service(Class<T> type, String filter) {
        try {
            Collection<ServiceReference<T>> references = context.getServiceReferences(type, filter);
            if (references.isEmpty()) {
                throw new Checks.CheckFailed("service " + type.getName() + " " + filter, "one", "none");
            }
            return context.getService(references.iterator().next());
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(filter, e);
        }
    }
}
