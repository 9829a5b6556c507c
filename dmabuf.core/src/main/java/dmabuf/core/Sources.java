package dmabuf.core;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Requirements;
import dmabuf.fd.KernelKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The sources that are there, the best first. Immutable: a change makes another one, so whoever has drawn conclusions from one sees by
 * its identity whether they still hold.
 */
final class Sources {

    /** Nobody is there. */
    static final Sources NONE = new Sources(List.of());

    /** Real before simulated, then the highest ranking, then the first to come. */
    private static final Comparator<ExporterSource> BEST_FIRST = Sources::compare;

    private final List<ExporterSource> inOrder;

    private Sources(List<ExporterSource> inOrder) {
        this.inOrder = inOrder;
    }

    List<ExporterSource> inOrder() {
        return inOrder;
    }

    Sources with(ExporterSource newcomer) {
        List<ExporterSource> more = new ArrayList<>(inOrder);
        more.add(newcomer);
        return of(more);
    }

    Sources without(Collection<ExporterSource> leaving) {
        return of(inOrder.stream().filter(source -> !leaving.contains(source)).toList());
    }

    /** The same sources after one of them has changed its standing. */
    Sources again() {
        return of(inOrder);
    }

    /**
     * Ranks a source among those that meet requirements, the lowest first: a real device before a simulated one, then what is wanted more.
     * Among equals the order of sources decides.
     */
    static int rank(ExporterSource source, Requirements requirements) {
        ExporterProperties properties = source.properties();
        int simulated = properties.kernel() == KernelKind.SIMULATED ? Caching.values().length + 1 : 0;
        return simulated + requirements.preference(properties);
    }

    private static Sources of(List<ExporterSource> sources) {
        ExporterSource[] sorted = sources.toArray(new ExporterSource[0]);
        Arrays.sort(sorted, BEST_FIRST);
        return new Sources(List.of(sorted));
    }

    private static int compare(ExporterSource one, ExporterSource other) {
        int real = Boolean.compare(isSimulated(one), isSimulated(other));
        int wanted = real != 0 ? real : Integer.compare(other.standing().ranking(), one.standing().ranking());
        return wanted != 0 ? wanted : Long.compare(one.incarnation(), other.incarnation());
    }

    private static boolean isSimulated(ExporterSource source) {
        return source.properties().kernel() == KernelKind.SIMULATED;
    }
}
