package dmabuf.soak;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.api.NoSourceException;
import dmabuf.linux.Deadline;
import dmabuf.linux.UnixSocket;
import dmabuf.share.BufferOffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * One thread's work: export, map, write, hand to the other process, read back what that wrote, close; again and again. Every now and then
 * a buffer is kept, mapped, until its exporter has been swapped at least once, and is looked at only then.
 */
final class Importer implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = 4096;
    private static final int MOST_PAGES = 16;

    private final Way way;
    private final Gap gap;
    private final UnixSocket checker;
    private final Tally tally;
    private final BooleanSupplier over;
    private final SplittableRandom random;
    private Kept kept;

    /**
     * Prepares one.
     *
     * @param way how buffers are come by
     * @param gap tells when that may fail
     * @param checker the connection to the other process, the caller's
     * @param tally counts
     * @param over tells when to end
     */
    Importer(Way way, Gap gap, UnixSocket checker, Tally tally, BooleanSupplier over) {
        this.way = way;
        this.gap = gap;
        this.checker = checker;
        this.tally = tally;
        this.over = over;
        this.random = new SplittableRandom();
    }

    /** A buffer that stays mapped over a swap, with what has to be in it. */
    private record Kept(DmaBuf buffer, Mapping mapping, long seed, long epoch) implements AutoCloseable {
        @Override
        public void close() {
            try (buffer; mapping) {
                // In this order: the mapping, then the buffer.
            }
        }
    }

    @Override
    public void run() {
        try {
            while (!over.getAsBoolean()) {
                guarded(this::round);
                if (kept != null && gap.epoch() > kept.epoch() + 2) {
                    guarded(this::letGo);
                }
            }
        } finally {
            if (kept != null) {
                guarded(this::letGo);
            }
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            tally.unexpected(e);
        }
    }

    private void letGo() {
        try (Kept old = kept) {
            kept = null;
            check(old.mapping(), old.seed());
        }
    }

    private void round() {
        ExportRequest request = ExportRequest.ofSize((1L + random.nextInt(MOST_PAGES)) * PAGE).withName("soak");
        DmaBuf buffer = export(request);
        if (buffer == null) {
            return;
        }
        Mapping mapping = null;
        boolean keep = false;
        try {
            long epoch = gap.epoch();
            mapping = buffer.mmap();
            long seed = carry(buffer, mapping);
            tally.round();
            if (kept == null) {
                kept = new Kept(buffer, mapping, seed, epoch);
                keep = true;
            }
        } finally {
            if (!keep) {
                close(buffer, mapping);
            }
        }
    }

    private static void close(DmaBuf buffer, Mapping mapping) {
        try (buffer; mapping) {
            // Either may be absent; the mapping goes first.
        }
    }

    /** There and back. Gives the seed of what is in the buffer then. */
    private long carry(DmaBuf buffer, Mapping mapping) {
        long seed = random.nextLong();
        try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            WordPattern.fill(cpu.segment(), seed);
        }
        BufferOffer.of(buffer).within(PATIENCE).giveTo(checker);
        Question.send(checker, seed, Deadline.in(PATIENCE));
        tally.checked(mapping.length(), Question.receive(checker, Deadline.in(PATIENCE)));
        check(mapping, Checker.reply(seed));
        return Checker.reply(seed);
    }

    private void check(Mapping mapping, long seed) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            tally.checked(mapping.length(), WordPattern.wrongBytes(cpu.segment(), seed));
        }
    }

    /** Insists while the exporter is being swapped. Null when all is over before there is a buffer. */
    private DmaBuf export(ExportRequest request) {
        long begun = System.nanoTime();
        while (true) {
            long epoch = gap.epoch();
            try {
                DmaBuf buffer = way.export(request);
                tally.pause(System.nanoTime() - begun);
                return buffer;
            } catch (ExporterGoneException e) {
                excused(e, epoch);
                tally.gone();
            } catch (NoSourceException e) {
                excused(e, epoch);
                tally.noSource();
            }
            if (over.getAsBoolean() || !awaitEndOfSwap()) {
                return null;
            }
        }
    }

    /** A refusal when nothing is being swapped is a failure. */
    private void excused(DmaBufException refusal, long epoch) {
        if (!gap.excuses(way.staleSince(epoch))) {
            throw refusal;
        }
    }

    private boolean awaitEndOfSwap() {
        try {
            gap.awaitEnd();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
