package dmabuf.demo;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.linux.ProcessResources;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The steps, in order, each told in one line. What was opened is closed on every path. */
final class Demo {

    private final Stage stage;
    private final Checks checks;
    private final SecondProcess second;

    Demo(Stage stage, SecondProcess second) {
        this.stage = stage;
        this.checks = stage.checks();
        this.second = second;
    }

    void run() {
        Stopwatch all = Stopwatch.start();
        listExporters();
        ProcessResources before = ProcessResources.now();
        BufferSource source = stage.source();
        try (PlacedFile placed = placeFile(source)) {
            importInBundle(placed);
            importInProcess(placed);
            updateExporter(placed, source);
        }
        showPolicies();
        grantWishes();
        importInDevice();
        swapExporter(source.properties().bundle());
        refuse();
        stage.line(11, "screen", new ScreenShots(stage).take().toArray(String[]::new));
        ProcessResources left = ProcessResources.now().since(before);
        checks.holds("nothing is left over", left.isNothing(), () -> left);
        stage.line(12, "clean", "back to " + ProcessResources.now() + ", as at the start");
        stage.out().println();
        stage.out().println(checks.held() + " checks held in " + all);
    }

    private void listExporters() {
        String found = sinceProcessStart();
        List<ExporterProperties> exporters = stage.buffers().sources().stream().map(BufferSource::properties).toList();
        checks.holds("there is an exporter", !exporters.isEmpty(), () -> "none; load a driver with: sudo modprobe udmabuf");
        stage.line(1, "exporters", exporters.size() + " found" + found + ": " + ExporterList.words(exporters));
    }

    /** The launcher tells when it began, in microseconds since the epoch. */
    private static String sinceProcessStart() {
        Long started = Long.getLong("dmabuf.started");
        return started == null ? "" : " %.2f s after process start".formatted((System.currentTimeMillis() - started / 1000) / 1e3);
    }

    private PlacedFile placeFile(BufferSource source) {
        Stopwatch time = Stopwatch.start();
        PlacedFile placed = PlacedFile.place(stage.file(), source, stage.kernelOf(source));
        try {
            checks.equal("the buffer reads as the file, range by range", placed.fileDigest(), placed.bufferDigest());
            DmaBuf buffer = placed.buffer();
            stage.line(2, "place", placed.content() + " bytes of " + stage.file().getFileName() + " in a "
                    + source.properties().exporter() + " of " + buffer.size() + " bytes: " + placed.ranges() + " ranges of "
                    + placed.memfds() + " memfds, " + buffer.id() + ", in " + time);
            return placed;
        } catch (RuntimeException e) {
            placed.close();
            throw e;
        }
    }

    private void importInBundle(PlacedFile placed) {
        Stopwatch time = Stopwatch.start();
        @SuppressWarnings("unchecked")
        Function<DmaBuf, byte[]> importer = stage.service(Function.class, "(importer=digest)");
        checks.equal("SHA-256 in the importer bundle", placed.paddedDigest(), Digests.hex(importer.apply(placed.buffer())));
        String took = time.toString();
        ScopeCost cost = ScopeCost.measure(placed.buffer(), placed.mapping());
        checks.equal("bytes allocated by a CPU-access scope", 0L, cost.ownPerScope());
        stage.line(3, "importer", "importer.hello came by (dmabuf.caching=cached), mapped it: SHA-256 equal, in " + took
                + "; a CPU-access scope " + cost.words());
    }

    private void importInProcess(PlacedFile placed) {
        SecondProcess.Answer answer = second.takeAndWrite(
                placed.buffer(), placed.content(), stage.context().getDataFile("share.sock").toPath(),
                stage.context().getDataFile("second-process").toPath());
        checks.equal("SHA-256 in the second process", placed.fileDigest(), answer.sha256());
        checks.equal("inode of the buffer in the second process", placed.buffer().id().inode(), answer.inode());
        checks.equal("first byte that differs from the second process's pattern", -1L, placed.firstDifferenceFromPattern());
        checks.equal("the memfds hold the same pattern", placed.bufferDigest(), placed.memfdDigest());
        stage.line(4, "process", "pid " + answer.pid() + " took it, in " + answer.time() + ": SHA-256 equal, same inode; the "
                + placed.content() + " bytes that it wrote are in the mapping and the memfds of step 2: no copy");
    }

    private void updateExporter(PlacedFile placed, BufferSource source) {
        ExporterProperties old = source.properties();
        String before = placed.bufferDigest();
        ExporterUpdate.Result update = ExporterUpdate.run(stage, old);
        checks.equal("contents after the update", before, placed.bufferDigest());
        checks.equal("state of the buffer after the update", BufferState.ORPHANED, placed.buffer().state());
        checks.equal("version after the update", update.version(), update.properties().bundleVersion());
        checks.equal("generation after the update", old.generation() + 1, update.properties().generation());
        try (DmaBuf buffer = stage.buffers().export(Stage.NEEDS, ExportRequest.ofSize(1)); Mapping mapping = buffer.mmap()) {
            checks.equal("a new export is mapped", buffer.size(), mapping.length());
        }
        stage.line(5, "update", old.bundle() + " " + old.bundleVersion() + " became " + update.version() + " under the mapped buffer, in "
                + update.time() + ": contents intact, generation " + old.generation() + " became " + update.properties().generation()
                + ", new export works");
    }

    private void showPolicies() {
        List<Policies.Example> examples = new Policies(stage).show();
        String lacking = examples.size() < Policies.MOST
                ? "only " + examples.size() + " different here; ./dmabuf demo --machine all shows " + Policies.MOST + ", simulated"
                : examples.size() + " exporters, each of them knows its own";
        Stream<String> words = Stream.concat(Stream.of(lacking), examples.stream().map(Policies.Example::toString));
        stage.line(6, "policies", words.toArray(String[]::new));
    }

    private void grantWishes() {
        stage.line(7, "wishes", Wish.all().stream().map(wish -> wish.grant(stage)).toArray(String[]::new));
    }

    private void importInDevice() {
        Stopwatch time = Stopwatch.start();
        stage.line(8, "device", new PrimeImport(stage).carry()
                .map(carried -> "a buffer of " + carried.from() + " is handle " + carried.handle() + " of " + carried.driver() + " on "
                        + carried.node() + Stage.label(carried.from().kernel()) + ", by PRIME in " + time
                        + ": same bytes on both sides, same inode " + carried.inode() + " when that hands it out again")
                .orElse("this machine has no DRM device that takes buffers of others"));
    }

    private void swapExporter(String updated) {
        Stopwatch time = Stopwatch.start();
        stage.line(9, "swap", new ExporterSwap(stage).swap(updated)
                .map(swapped -> swapped.gone().bundle() + " was stopped under a mapped buffer of " + swapped.gone()
                        + ", and started again, in " + time + ": contents intact, streaming writes were served by " + swapped.successor()
                        + ", generation " + swapped.gone().generation() + " became " + swapped.back().generation())
                .orElse("this machine has no second exporter that could be taken away"));
    }

    private void refuse() {
        BufferSource source = stage.source();
        List<Refusals.Refused> refused = new Refusals(source, stage.kernelOf(source)).tryAll();
        for (Refusals.Refused one : refused) {
            checks.equal(one.what() + " is refused with", one.expected(), one.errno());
        }
        stage.line(10, "refusals", refused.stream()
                .map(one -> one.what() + ": " + one.operation() + " " + one.errno())
                .collect(Collectors.joining(", ")));
    }
}
