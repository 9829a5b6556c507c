package dmabuf.api;

import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Holds what is needed against what a source says of itself. */
final class SourceCheck {

    private final Needs needs;
    private final ExporterProperties source;

    SourceCheck(Needs needs, ExporterProperties source) {
        this.needs = needs;
        this.source = source;
    }

    /**
     * Every reason against the source, in words, with what there is and what is needed. A source that is not the one meant, or makes no
     * memory at all, has no other.
     */
    List<String> refusals() {
        String identity = identity();
        if (identity != null) {
            return List.of(identity);
        }
        if (!source.allocates()) {
            return List.of("it makes no memory: it hands out what its device has, to who asks the source itself for it");
        }
        List<String> refusals = new ArrayList<>();
        checkMapping(refusals);
        if (needs.placement != null && !source.placements().contains(needs.placement)) {
            refusals.add("it has no memory of the " + needs.placement.property());
        }
        if (needs.wrap && !source.wrap()) {
            refusals.add("it cannot make a buffer of existing memory");
        }
        if (needs.contiguous && !source.contiguous()) {
            refusals.add("its buffers need not be one physical stretch");
        }
        checkFormats(refusals);
        if (needs.size > source.maxSize()) {
            refusals.add("its limit is " + source.maxSize() + " bytes, needed are " + needs.size);
        }
        return refusals;
    }

    private String identity() {
        if (needs.exporter != null && !needs.exporter.equals(source.exporter())) {
            return "exporter is " + source.exporter() + ", needed is " + needs.exporter;
        }
        if (needs.device != null && !needs.device.equals(source.device())) {
            return "device is " + source.device() + ", needed is " + needs.device;
        }
        if (needs.kernel != null && needs.kernel != source.kernel()) {
            return "kernel is " + source.kernel().property() + ", needed is " + needs.kernel.property();
        }
        if (needs.device != null && needs.kernel == null && source.kernel() == KernelKind.SIMULATED) {
            return "the device is simulated, and a request that names a device means the real one";
        }
        return null;
    }

    private void checkMapping(List<String> refusals) {
        if (!needs.mmap) {
            return;
        }
        if (!source.mmap()) {
            refusals.add("its buffers cannot be mapped by the CPU");
        } else if (!needs.caching.isAny()) {
            List<Caching> common = needs.caching.common();
            if (Collections.disjoint(common, source.caching())) {
                refusals.add("caching is " + Needs.words(source.caching()) + ", needed is " + Needs.words(common));
            }
        }
    }

    private void checkFormats(List<String> refusals) {
        if (needs.formats.isAny()) {
            return;
        }
        List<FrameFormat> common = needs.formats.common();
        if (common.isEmpty()) {
            refusals.add("no format is one that all importers agree on");
        } else if (common.stream().noneMatch(format -> source.modifiers().contains(format.modifier()))) {
            refusals.add("its frames are " + String.join(" or ", source.modifiers().stream().map(DrmModifier::toString).toList())
                    + ", needed is " + FrameFormats.of(common));
        }
    }
}
