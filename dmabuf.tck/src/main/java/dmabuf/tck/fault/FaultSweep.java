package dmabuf.tck.fault;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * An operation, and what becomes of it when its system calls fail, one after the other. It is run to see which calls it makes; then once
 * for each call and each errno that call can give ({@link PlausibleErrno}). Each time:
 *
 * <ul>
 *   <li>it throws a {@link DmaBufException} with that errno; or with another, or succeeds, where that was said beforehand
 *       ({@link #translating}, {@link #absorbing}), or is so everywhere ({@link PlausibleErrno#isAbsorbed});
 *   <li>it works afterwards, on the same subject;
 *   <li>nothing is left over: no descriptors, mappings or threads of buffers and fences.
 * </ul>
 *
 * <p>Immutable but for what it works on. Use it from one thread.
 *
 * @param <S> what the operation works on: made for each case, and closed at its end
 */
public final class FaultSweep<S extends AutoCloseable> {

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final String name;
    private final FaultySyscalls kernel;
    private final Supplier<? extends S> subjects;
    private final Operation<? super S> operation;
    private final List<Rule> rules;
    private final Supplier<String> leftovers;
    private final Duration patience;

    /**
     * What is tried. Closes whatever it opens.
     *
     * @param <S> what it works on
     */
    @FunctionalInterface
    public interface Operation<S> {

        /**
         * Does it.
         *
         * @param subject what it works on; still good for another time when this throws
         * @throws Exception what the operation throws
         */
        void on(S subject) throws Exception;
    }

    /** What is expected besides the rule that an errno arrives as it is; no translation for success. */
    private record Rule(Call which, Set<Errno> errnos, Errno translation) {

        boolean appliesTo(Call call, Errno errno) {
            return which.equals(call) && (errnos.isEmpty() || errnos.contains(errno));
        }
    }

    private FaultSweep(
            String name,
            FaultySyscalls kernel,
            Supplier<? extends S> subjects,
            Operation<? super S> operation,
            List<Rule> rules,
            Supplier<String> leftovers,
            Duration patience) {
        this.name = Objects.requireNonNull(name, "name");
        this.kernel = Objects.requireNonNull(kernel, "kernel");
        this.subjects = Objects.requireNonNull(subjects, "subjects");
        this.operation = Objects.requireNonNull(operation, "operation");
        this.rules = rules;
        this.leftovers = Objects.requireNonNull(leftovers, "leftovers");
        this.patience = Objects.requireNonNull(patience, "patience");
    }

    /**
     * Prepares to try an operation.
     *
     * @param <S> what it works on
     * @param name its name, for the names of the cases
     * @param kernel whom it asks
     * @param subjects makes what it works on, without a fault
     * @param operation the operation; makes the same calls in the same order every time
     * @return a sweep that expects every errno as it is
     */
    public static <S extends AutoCloseable> FaultSweep<S> of(
            String name, FaultySyscalls kernel, Supplier<? extends S> subjects, Operation<? super S> operation) {
        return new FaultSweep<>(name, kernel, subjects, operation, List.of(), () -> "", DEFAULT_PATIENCE);
    }

    /**
     * Says that the operation succeeds although a call fails, as is documented of it.
     *
     * @param which the call
     * @param errnos what it answers; none for whatever it answers
     * @return a sweep that differs in this only; of several rules for one case the first counts
     */
    public FaultSweep<S> absorbing(Call which, Errno... errnos) {
        return with(new Rule(which, Set.of(errnos), null));
    }

    /**
     * Says that the operation fails with another errno than a call, as is documented of it.
     *
     * @param which the call
     * @param translation what arrives
     * @param errnos what the call answers; none for whatever it answers
     * @return a sweep that differs in this only; of several rules for one case the first counts
     */
    public FaultSweep<S> translating(Call which, Errno translation, Errno... errnos) {
        return with(new Rule(which, Set.of(errnos), Objects.requireNonNull(translation, "translation")));
    }

    private FaultSweep<S> with(Rule rule) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new FaultSweep<>(name, kernel, subjects, operation, List.copyOf(more), leftovers, patience);
    }

    /**
     * Looks for leftovers of one more sort.
     *
     * @param newLeftovers says in words what is left over; empty for nothing
     * @return a sweep that differs in this only
     */
    public FaultSweep<S> leaving(Supplier<String> newLeftovers) {
        return new FaultSweep<>(name, kernel, subjects, operation, rules, newLeftovers, patience);
    }

    /**
     * Says how long things may take to go that go a little later.
     *
     * @param newPatience the time after each case; 10 seconds if this is never called
     * @return a sweep that differs in this only
     */
    public FaultSweep<S> within(Duration newPatience) {
        return new FaultSweep<>(name, kernel, subjects, operation, rules, leftovers, newPatience);
    }

    /**
     * Runs the operation without a fault, to see its calls.
     *
     * @return a case for each call and each errno, in the order of the calls
     * @throws AssertionError when it fails without a fault, or makes no call
     */
    public List<FaultCase> cases() {
        List<Call> calls = calls();
        List<FaultCase> cases = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            int number = i + 1;
            for (Errno errno : PlausibleErrno.of(call)) {
                String title = name + ": call " + number + ", " + call + ", answers " + errno.name();
                cases.add(new FaultCase(title, () -> prove(title, number, call, errno)));
            }
        }
        return List.copyOf(cases);
    }

    private List<Call> calls() {
        run(this::succeed); // What is done only once in a process is done now.
        List<Call> calls = new ArrayList<>();
        run(subject -> {
            kernel.forgetCalls();
            succeed(subject);
            calls.addAll(kernel.calls());
        });
        if (calls.isEmpty()) {
            throw new AssertionError(name + " asks the kernel nothing");
        }
        return calls;
    }

    private void succeed(S subject) {
        Throwable thrown = attempt(subject);
        if (thrown != null) {
            throw new AssertionError(name + " fails without a fault: " + thrown, thrown);
        }
    }

    private Throwable attempt(S subject) {
        try {
            operation.on(subject);
            return null;
        } catch (Exception | AssertionError e) {
            return e;
        }
    }

    private void prove(String title, int number, Call call, Errno errno) {
        Holdings before = Holdings.now();
        String leftBefore = leftovers.get();
        run(subject -> {
            // What is only to be tried again may be said more than once.
            boolean again = call.kind() == SyscallKind.IOCTL && PlausibleErrno.isAbsorbed(call, errno);
            Throwable thrown;
            try (Fault fault = kernel.at(number).times(again ? 3 : 1).fails(errno)) {
                thrown = attempt(subject);
                if (!fault.isReached()) {
                    throw new AssertionError(title + ": it made fewer calls this time");
                }
            }
            judge(title, expected(call, errno), thrown);
            Throwable afterwards = attempt(subject);
            if (afterwards != null) {
                throw new AssertionError(title + ": does not work afterwards: " + afterwards, afterwards);
            }
        });
        String left = awaitNothing(before, leftBefore);
        if (!left.isEmpty()) {
            throw new AssertionError(title + ": left over: " + left);
        }
    }

    /** What is to arrive; null for success. */
    private Errno expected(Call call, Errno errno) {
        for (Rule rule : rules) {
            if (rule.appliesTo(call, errno)) {
                return rule.translation;
            }
        }
        return PlausibleErrno.isAbsorbed(call, errno) ? null : errno;
    }

    private static void judge(String title, Errno expected, Throwable thrown) {
        if (expected == null) {
            if (thrown != null) {
                throw new AssertionError(title + ": was to go on, and threw " + thrown, thrown);
            }
        } else if (!(thrown instanceof DmaBufException typed) || typed.errno() != expected) {
            String found = thrown == null ? "it succeeded" : "it threw " + thrown;
            throw new AssertionError(title + ": was to throw DmaBufException with " + expected + ", but " + found, thrown);
        }
    }

    /** Does something with a subject, and closes it. */
    private void run(Operation<S> action) {
        S subject = subjects.get();
        Throwable failure = null;
        try {
            action.on(subject);
        } catch (Exception | AssertionError e) {
            failure = e;
        }
        try {
            subject.close();
        } catch (Exception | AssertionError e) {
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }
        switch (failure) {
            case null -> { }
            case Error e -> throw e;
            default -> throw new AssertionError(name + ": " + failure, failure);
        }
    }

    /** Some things go a little later: threads that wait for fences, mappings that a native call was using. */
    private String awaitNothing(Holdings before, String leftBefore) {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            String more = Holdings.now().moreThan(before);
            String own = leftovers.get();
            String left = own.equals(leftBefore) ? more : more + (more.isEmpty() ? "" : ", ") + own;
            if (left.isEmpty() || System.nanoTime() >= end) {
                return left;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
