package dmabuf.api;

import dmabuf.fd.KernelKind;
import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@link Requirements} are made of. Open while they are being put together, and never changed once they are. */
final class Needs {

    long size;
    Preferences<Caching> caching = Preferences.any();
    Placement placement;
    boolean mmap;
    /** What the CPU will do, null when nothing is said. */
    Access access;
    boolean wrap;
    boolean contiguous;
    Preferences<FrameFormat> formats = Preferences.any();
    /** A power of two. */
    int strideAlignment = 1;
    /** Who has to be able to attach. Replaced, and not changed. */
    Set<Attacher> attachers = Set.of();
    String exporter;
    String device;
    KernelKind kernel;

    Needs copy() {
        Needs copy = new Needs();
        copy.size = size;
        copy.caching = caching;
        copy.placement = placement;
        copy.mmap = mmap;
        copy.access = access;
        copy.wrap = wrap;
        copy.contiguous = contiguous;
        copy.formats = formats;
        copy.strideAlignment = strideAlignment;
        copy.attachers = attachers;
        copy.exporter = exporter;
        copy.device = device;
        copy.kernel = kernel;
        return copy;
    }

    /** Adds what somebody else needs of the same buffer. In whatever order several are added, the same comes out. */
    void merge(Needs other) {
        size = Math.max(size, other.size);
        caching = caching.and(other.caching);
        placement = onlyOne("placement", placement, other.placement);
        mmap |= other.mmap;
        access = both(access, other.access);
        wrap |= other.wrap;
        contiguous |= other.contiguous;
        formats = withFormats(other.formats);
        strideAlignment = Math.max(strideAlignment, other.strideAlignment);
        attachers = Stream.concat(attachers.stream(), other.attachers.stream()).collect(Collectors.toUnmodifiableSet());
        exporter = onlyOne("exporter", exporter, other.exporter);
        device = onlyOne("device", device, other.device);
        kernel = onlyOne("kernel", kernel, other.kernel);
    }

    static <T> T onlyOne(String what, T mine, T theirs) {
        if (mine != null && theirs != null && !mine.equals(theirs)) {
            throw new IllegalArgumentException("two importers require a different " + what + ": " + mine + " and " + theirs);
        }
        return mine == null ? theirs : mine;
    }

    static Access both(Access mine, Access theirs) {
        if (mine == null || theirs == null) {
            return mine == null ? theirs : mine;
        }
        return mine == theirs ? mine : Access.READ_WRITE;
    }

    /** An implicit layout is between one driver and itself: where two have a say, it is none. */
    Preferences<FrameFormat> withFormats(Preferences<FrameFormat> others) {
        return formats.isAny() || others.isAny() ? formats.and(others) : formats.and(others).each(Needs::shareable);
    }

    /** By name, so that the same are always asked in the same order. */
    List<Attacher> attachersInOrder() {
        return attachers.stream().sorted(Comparator.comparing(Attacher::toString).thenComparing(each -> each.ops() == null)).toList();
    }

    private static List<FrameFormat> shareable(List<FrameFormat> inOrder) {
        return FrameFormats.of(inOrder).shareable().inOrder();
    }

    /** Lists what is needed, for messages. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        say(words, exporter != null, () -> "exporter " + exporter);
        say(words, device != null, () -> "device " + device);
        say(words, kernel != null, () -> "kernel " + kernel.property());
        say(words, mmap, () -> caching.isAny() ? "mmap" : "mmap " + words(caching.common()));
        say(words, access != null, () -> "CPU access " + access);
        say(words, wrap, () -> "wraps memory");
        say(words, contiguous, () -> "contiguous");
        say(words, placement != null, () -> "memory of the " + placement.property());
        say(words, !formats.isAny(), () -> FrameFormats.of(formats.common()).toString());
        say(words, strideAlignment > 1, () -> "strides of multiples of " + strideAlignment + " bytes");
        List<String> devices = attachersInOrder().stream().map(Attacher::toString).toList();
        say(words, !devices.isEmpty(), () -> "attached by " + String.join(", ", devices));
        say(words, size > 0, () -> size + " bytes");
        return words;
    }

    private static void say(List<String> words, boolean needed, Supplier<String> what) {
        if (needed) {
            words.add(what.get());
        }
    }

    static String words(Collection<Caching> caching) {
        return caching.isEmpty() ? "nothing that all importers agree on" : Caching.anyOf(caching);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Needs that && size == that.size && caching.equals(that.caching) && placement == that.placement
                && mmap == that.mmap && access == that.access && wrap == that.wrap && contiguous == that.contiguous
                && formats.equals(that.formats) && strideAlignment == that.strideAlignment
                && attachers.equals(that.attachers) && Objects.equals(exporter, that.exporter)
                && Objects.equals(device, that.device) && kernel == that.kernel;
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, caching, placement, mmap, access, wrap, contiguous, formats, strideAlignment, attachers, exporter, device,
                kernel);
    }
}
