package dmabuf.api;

import dmabuf.frame.FrameFormat;
import dmabuf.frame.FrameFormats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Looks for what the importers of a negotiation cannot all have, before any exporter is asked. */
final class Contradictions {

    private final Map<String, Requirements> importers;
    private final List<Contradiction> found = new ArrayList<>();

    private Contradictions(Map<String, Requirements> importers) {
        this.importers = importers;
    }

    static List<Contradiction> of(Negotiation negotiation) {
        Contradictions all = new Contradictions(negotiation.importers());
        all.onlyOne("exporter", needs -> needs.exporter);
        all.onlyOne("device", needs -> needs.device);
        all.onlyOne("kernel", needs -> needs.kernel == null ? null : needs.kernel.property());
        all.onlyOne("placement", needs -> needs.placement == null ? null : needs.placement.property());
        all.caching();
        all.formats(negotiation.hasFrame());
        return List.copyOf(all.found);
    }

    private void onlyOne(String what, Function<Needs, String> value) {
        if (importers.values().stream().map(each -> value.apply(each.needs())).filter(each -> each != null).distinct().count() > 1) {
            contradiction(what, needs -> value.apply(needs) != null, value, "");
        }
    }

    private void caching() {
        Preferences<Caching> all = Preferences.any();
        for (Requirements each : importers.values()) {
            all = all.and(each.needs().caching);
        }
        if (!all.isAny() && all.common().isEmpty()) {
            contradiction("caching", needs -> !needs.caching.isAny(), needs -> Needs.words(needs.caching.common()), "");
        }
    }

    private void formats(boolean frame) {
        Needs all = new Needs();
        importers.values().forEach(each -> all.formats = all.withFormats(each.needs().formats));
        if (all.formats.isAny()) {
            if (frame) {
                found.add(new Contradiction("formats", List.of("nobody says in which format the frame shall be")));
            }
            return;
        }
        List<FrameFormat> common = all.formats.common();
        String hint = null;
        if (common.stream().noneMatch(one -> one.modifier().isShareable())) {
            boolean implicit = importers.values().stream().anyMatch(each -> takesImplicit(each.needs()));
            hint = implicit ? "a layout that is implicit is neither linear nor the same for two devices" : "";
        } else if (frame && common.stream().noneMatch(Contradictions::canBeLaidOut)) {
            hint = "only linear frames of known formats can be laid out here, so negotiate by size";
        }
        if (hint != null) {
            contradiction("formats", needs -> !needs.formats.isAny(), needs -> FrameFormats.of(needs.formats.common()).toString(), hint);
        }
    }

    private static boolean takesImplicit(Needs needs) {
        return needs.formats.common().stream().anyMatch(one -> one.modifier().isImplicit());
    }

    static boolean canBeLaidOut(FrameFormat format) {
        return format.modifier().isLinear() && format.format().isKnown();
    }

    private void contradiction(String what, Predicate<Needs> says, Function<Needs, String> value, String hint) {
        List<String> claims = new ArrayList<>();
        importers.forEach((name, each) -> {
            if (says.test(each.needs())) {
                claims.add(name + " needs " + value.apply(each.needs()));
            }
        });
        if (!hint.isEmpty()) {
            claims.add("but " + hint);
        }
        found.add(new Contradiction(what, claims));
    }
}
