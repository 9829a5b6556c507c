package importer.v4l2;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import dmabuf.api.ImporterRefusal;
import dmabuf.api.Negotiation;
import dmabuf.api.NegotiationException;
import dmabuf.api.Requirements;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds buffers for a camera: of the best exporter that suits camera and users, and whose buffers the driver takes. The latter can only be
 * tried, so exporters are asked one after the other. Not thread-safe; asks exporters, so it is called with no lock held.
 */
final class ExporterChoice {

    private final DmaBufs dmaBufs;
    private final String camera;
    private final String name;
    private final Requirements needs;
    private final Map<String, Requirements> users;
    private final List<Long> sizes;
    /** Who did not do, by exporter, device and generation, and why. */
    private final Map<String, DmaBufException> unsuitable = new LinkedHashMap<>();
    private ExporterProperties current;

    /**
     * Prepares the choice.
     *
     * @param camera the device, for messages
     * @param name what buffers are called
     * @param needs what the camera needs, the format that was agreed on among it
     * @param users what those need who use its frames
     * @param sizes of the buffers of one frame
     */
    ExporterChoice(
            DmaBufs dmaBufs, String camera, String name, Requirements needs, Map<String, Requirements> users, List<Long> sizes) {
        this.dmaBufs = dmaBufs;
        this.camera = camera;
        this.name = name;
        this.needs = needs;
        this.users = users;
        this.sizes = sizes;
    }

    /**
     * Makes the buffers of one frame, of the exporter that was chosen before if there is one.
     *
     * @return buffers that the caller closes
     * @throws DmaBufException when no exporter does
     */
    List<DmaBuf> buffers() {
        while (true) {
            ExporterProperties from = current != null ? current : next();
            try {
                List<DmaBuf> made = make(from);
                current = from;
                return made;
            } catch (DmaBufException e) {
                unsuitable(from, e);
            }
        }
    }

    /** Notes that the driver does not take what was made last. */
    void refused(DmaBufException why) {
        if (current != null) {
            unsuitable(current, why);
        }
    }

    private void unsuitable(ExporterProperties who, DmaBufException why) {
        current = null;
        unsuitable.put(who.toString(), why);
    }

    /** Begins anew: exporters have come or gone, or others are wanted. */
    void renew() {
        current = null;
        unsuitable.clear();
    }

    /** Names the exporters that there are now, to see whether some came or went. */
    List<String> present() {
        return dmaBufs.sources().stream().map(source -> source.properties().toString()).toList();
    }

    /** Says who was chosen, and what is against the others. */
    BufferChoice describe(String origin) {
        List<String> refusals = new ArrayList<>();
        unsuitable.forEach((who, why) -> refusals.add(who + ": " + why.getMessage()));
        Requirements all = merged();
        for (BufferSource source : dmaBufs.sources()) {
            ExporterProperties properties = source.properties();
            if (!unsuitable.containsKey(properties.toString())) {
                all.refuse(properties).ifPresent(why -> refusals.add(properties + ": " + why));
            }
        }
        return new BufferChoice(origin, refusals);
    }

    private Requirements merged() {
        long largest = sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
        return negotiation(needs, largest).merged();
    }

    private Negotiation negotiation(Requirements ofCamera, long size) {
        Negotiation negotiation = Negotiation.ofSize(size).withName(name).importer(CaptureRequest.CAMERA, ofCamera);
        for (Map.Entry<String, Requirements> user : users.entrySet()) {
            negotiation = negotiation.importer(user.getKey(), user.getValue());
        }
        return negotiation;
    }

    /** The best source that was not tried: in the order of the negotiations, which prefer what all want most. */
    private ExporterProperties next() {
        Requirements all = merged();
        return dmaBufs.sources().stream()
                .map(BufferSource::properties)
                .filter(each -> !unsuitable.containsKey(each.toString()) && all.refusals(each).isEmpty())
                .min(Comparator.comparingInt(all::preference))
                .orElseThrow(this::nobody);
    }

    /** Why there is nobody: the one reason, or all of them in one; and where nobody could be tried, what is against each. */
    private DmaBufException nobody() {
        if (unsuitable.isEmpty()) {
            return NegotiationException.refused(negotiation(needs, sizes.getFirst()), refusals());
        }
        DmaBufException last = List.copyOf(unsuitable.values()).getLast();
        if (unsuitable.size() == 1) {
            return last;
        }
        List<String> reasons = new ArrayList<>();
        unsuitable.forEach((who, why) -> reasons.add(who + ": " + why.getMessage()));
        return new DmaBufException(last.errno(), "open", camera, "no exporter's buffers will do: " + String.join("; ", reasons));
    }

    private List<ImporterRefusal> refusals() {
        long largest = sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
        List<ImporterRefusal> refusals = new ArrayList<>();
        for (BufferSource source : dmaBufs.sources()) {
            ExporterProperties properties = source.properties();
            negotiation(needs.size(largest), largest).importers().forEach((importer, its) -> its.refusals(properties)
                    .forEach(reason -> refusals.add(new ImporterRefusal(properties.toString(), importer, reason))));
        }
        return refusals;
    }

    private List<DmaBuf> make(ExporterProperties from) {
        Requirements narrowed = needs.exporter(from.exporter()).device(from.device()).kernel(from.kernel());
        List<DmaBuf> made = new ArrayList<>();
        boolean all = false;
        try {
            for (long size : sizes) {
                made.add(dmaBufs.negotiate(negotiation(narrowed, size)).buffer());
            }
            all = true;
            return made;
        } finally {
            if (!all) {
                made.forEach(DmaBuf::close);
            }
        }
    }
}
