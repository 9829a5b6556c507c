package dmabuf.demo;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import java.util.Arrays;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Takes an exporter's bundle away while a buffer of it is mapped, sees who steps in, and puts it back. */
final class ExporterSwap {

    private static final long SIZE = 64 << 10;
    private static final int SEED = 11;

    private final Stage stage;

    ExporterSwap(Stage stage) {
        this.stage = stage;
    }

    /**
     * What came of it.
     *
     * @param gone the exporter that was stopped
     * @param successor who served the same wish meanwhile; or why nobody did
     * @param back the same exporter after it was started again
     */
    record Swapped(ExporterProperties gone, String successor, ExporterProperties back) {}

    /** Stops whoever serves streaming writes, unless that is the exporter which was updated before, and nobody else is there. */
    Optional<Swapped> swap(String updatedBundle) {
        Requirements wish = Requirements.none().streamingWrites();
        Optional<BufferSource> chosen = stage.buffers().sources().stream()
                .filter(one -> !one.properties().bundle().equals(updatedBundle) && wish.refuse(one.properties()).isEmpty())
                .min((a, b) -> Integer.compare(wish.preference(a.properties()), wish.preference(b.properties())));
        return chosen.map(source -> swap(source, wish));
    }

    private Swapped swap(BufferSource source, Requirements wish) {
        ExporterProperties gone = source.properties();
        Bundle bundle = bundle(gone);
        try (DmaBuf buffer = source.export(wish.refine(ExportRequest.ofSize(SIZE).withName("demo")));
                Mapping mapping = buffer.mmap()) {
            try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
                TestPattern.fill(cpu.segment(), SEED);
            }
            String successor;
            change(bundle, "stop", bundle::stop);
            try {
                stage.checks().holds("the stopped exporter is gone", sources(gone.bundle()) == 0, stage.buffers()::sources);
                stage.checks().equal("state of its buffer", BufferState.ORPHANED, buffer.state());
                checkContents(mapping, "after the stop");
                successor = successor(wish);
            } finally {
                change(bundle, "start", bundle::start);
            }
            ExporterProperties back = sameDevice(gone);
            stage.checks().equal("generation after the start", gone.generation() + 1, back.generation());
            checkContents(mapping, "after the start");
            return new Swapped(gone, successor, back);
        }
    }

    private void checkContents(Mapping mapping, String when) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            stage.checks().equal("first byte that differs " + when, -1L, TestPattern.firstDifference(cpu.segment(), SEED));
        }
    }

    private String successor(Requirements wish) {
        try (DmaBuf buffer = stage.buffers().export(wish, ExportRequest.ofSize(1).withName("demo"))) {
            return buffer.origin() + " (" + buffer.policy().caching().property() + ")";
        } catch (NoSourceException e) {
            return "nobody" + Wish.refused(e.refusals());
        }
    }

    private long sources(String bundle) {
        return stage.buffers().sources().stream().filter(one -> one.properties().bundle().equals(bundle)).count();
    }

    private ExporterProperties sameDevice(ExporterProperties gone) {
        return stage.buffers().sources().stream()
                .map(BufferSource::properties)
                .filter(one -> one.exporter().equals(gone.exporter()) && one.device().equals(gone.device()))
                .findFirst()
                .orElseThrow(() -> new Checks.CheckFailed("exporter " + gone + " after the start", "one", "none"));
    }

    private Bundle bundle(ExporterProperties exporter) {
        return Arrays.stream(stage.context().getBundles())
                .filter(one -> one.getSymbolicName().equals(exporter.bundle()))
                .findFirst()
                .orElseThrow(() -> new Checks.CheckFailed("bundle of " + exporter, exporter.bundle(), "none"));
    }

    private interface Change {
        void make() throws BundleException;
    }

    private static void change(Bundle bundle, String what, Change change) {
        try {
            change.make();
        } catch (BundleException e) {
            throw new IllegalStateException("cannot " + what + " " + bundle + ": " + e.getMessage(), e);
        }
    }
}
