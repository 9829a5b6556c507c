package dmabuf.tck;

import dmabuf.linux.Posix;
import dmabuf.tck.Scope.Kind;
import java.util.Map;

/** Reads one step: {@code NAME = VERB OPERANDS}. The verbs are those of the module's README. */
final class StepParser {

    private interface Verb {
        Action parse(Scope scope, Words words);
    }

    /** A verb and what its result is. */
    private record Entry(Kind result, boolean nameRequired, Verb verb) {}

    private static final Map<String, Entry> VERBS = Map.ofEntries(
            entry("open", Kind.FD, StepParser::open),
            entry("memfd", Kind.FD, StepParser::memfd),
            entry("dup", Kind.FD, (scope, words) -> new FileActions.Dup(scope.fd(words))),
            entry("close", Kind.NOTHING, StepParser::close),
            entry("ftruncate", Kind.NOTHING, (scope, words) -> new FileActions.Ftruncate(scope.fd(words), number(scope, words))),
            entry("lseek", Kind.NOTHING,
                    (scope, words) -> new FileActions.Lseek(scope.fd(words), number(scope, words), number(scope, words))),
            entry("read", Kind.NOTHING, (scope, words) -> new FileActions.Read(scope.fd(words), number(scope, words))),
            entry("write", Kind.NOTHING, (scope, words) -> new FileActions.Write(scope.fd(words), bytes(words))),
            entry("pread", Kind.NOTHING,
                    (scope, words) -> new FileActions.Pread(scope.fd(words), number(scope, words), offset(scope, words))),
            entry("pwrite", Kind.NOTHING,
                    (scope, words) -> new FileActions.Pwrite(scope.fd(words), bytes(words), offset(scope, words))),
            entry("fcntl", Kind.NOTHING,
                    (scope, words) -> new FileActions.Fcntl(scope.fd(words), number(scope, words), number(scope, words))),
            entry("poll", Kind.NOTHING, StepParser::poll),
            required("exhaust", Kind.COPIES, (scope, words) -> new FileActions.Exhaust(scope.fd(words))),
            entry("mmap", Kind.MEMORY, StepParser::mmap),
            entry("munmap", Kind.NOTHING, StepParser::munmap),
            required("memory", Kind.MEMORY, (scope, words) -> new MemoryActions.Memory(number(scope, words))),
            entry("poke", Kind.NOTHING, StepParser::poke),
            entry("put", Kind.NOTHING, StepParser::put),
            entry("peek", Kind.NOTHING, StepParser::peek),
            entry("point", Kind.NOTHING, StepParser::point),
            required("adopt", Kind.MEMORY, (scope, words) -> new MemoryActions.Adopt(
                    scope.variable(words, Kind.NUMBER), number(scope, words))),
            entry("string", Kind.NOTHING, StepParser::string),
            entry("ioctl", Kind.FD, IoctlParser::parse),
            entry("same", Kind.NOTHING, (scope, words) -> new ProbeActions.Same(scope.fd(words), scope.fd(words))),
            entry("equal", Kind.NOTHING, (scope, words) -> new ProbeActions.Equal(
                    scope.variable(words, Kind.NUMBER), scope.variable(words, Kind.NUMBER))),
            entry("size", Kind.NOTHING, (scope, words) -> new ProbeActions.Size(scope.fd(words))),
            entry("fdinfo", Kind.NOTHING, (scope, words) -> new ProbeActions.Fdinfo(scope.fd(words), words.take("a key"))),
            entry("readlink", Kind.NOTHING, (scope, words) -> new ProbeActions.Readlink(scope.fd(words))),
            entry("attribute", Kind.NOTHING, (scope, words) -> new ProbeActions.Attribute(words.take("a path"))),
            required("start", Kind.TASK, (scope, words) -> new TaskActions.Start(action(scope, words).action())),
            entry("waiting", Kind.NOTHING, (scope, words) -> new TaskActions.Waiting(scope.variable(words, Kind.TASK))),
            entry("join", Kind.NOTHING, (scope, words) -> new TaskActions.Join(scope.variable(words, Kind.TASK))));

    private record Parsed(Entry entry, Action action) {}

    private StepParser() {}

    private static Map.Entry<String, Entry> entry(String name, Kind result, Verb verb) {
        return Map.entry(name, new Entry(result, false, verb));
    }

    private static Map.Entry<String, Entry> required(String name, Kind result, Verb verb) {
        return Map.entry(name, new Entry(result, true, verb));
    }

    /** Reads a step whose expected answer has been taken off already. */
    static Step parse(String file, int line, boolean setup, String text, String expected, Scope scope) {
        Words words = Words.of(file, line, text);
        String variable = "";
        if (words.follows("=")) {
            variable = words.take("a name");
            words.take("=");
        }
        Parsed parsed = action(scope, words);
        words.end();
        if (variable.isEmpty() && parsed.entry().nameRequired()) {
            throw words.wrong("what this makes needs a name: NAME = …");
        }
        if (!variable.isEmpty()) {
            if (parsed.entry().result() == Kind.NOTHING) {
                throw words.wrong("this makes nothing that " + variable + " could name");
            }
            scope.define(words, variable, parsed.entry().result());
        }
        return new Step(file, line, setup, text, variable, expected, parsed.action());
    }

    private static Parsed action(Scope scope, Words words) {
        String verb = words.take("a verb");
        Entry entry = VERBS.get(verb);
        if (entry == null) {
            throw words.wrong("no such verb: " + verb);
        }
        return new Parsed(entry, entry.verb().parse(scope, words));
    }

    static long number(Scope scope, Words words) {
        return scope.number(words, words.take("a number"));
    }

    private static Operand offset(Scope scope, Words words) {
        return scope.operand(words, words.take("an offset"));
    }

    static Bytes bytes(Words words) {
        String text = words.take("bytes");
        try {
            return Bytes.parse(text);
        } catch (IllegalArgumentException e) {
            throw words.wrong("not bytes: " + text + " (expected hexadecimal digits, or XX*COUNT): " + e.getMessage());
        }
    }

    private static Action open(Scope scope, Words words) {
        return new FileActions.Open(words.take("a path"), number(scope, words));
    }

    private static Action memfd(Scope scope, Words words) {
        long size = number(scope, words);
        long flags = scope.number(words, words.takeOption("flags", Integer.toString(Posix.MFD_ALLOW_SEALING)));
        return new FileActions.Memfd(size, flags, scope.number(words, words.takeOption("seals", "0")));
    }

    private static Action close(Scope scope, Words words) {
        String word = words.peek();
        Kind kind = scope.kind(word);
        if (kind == Kind.FD || kind == Kind.COPIES) {
            words.take(word);
            scope.remove(word);
            return new FileActions.Close(word);
        }
        return new FileActions.CloseNumber(scope.fd(words).value(null));
    }

    private static Action poll(Scope scope, Words words) {
        Operand fd = scope.fd(words);
        long events = number(scope, words);
        return new FileActions.Poll(fd, events, scope.number(words, words.takeOption("timeout", "0")));
    }

    private static Action mmap(Scope scope, Words words) {
        Operand fd = scope.fd(words);
        long length = number(scope, words);
        long protection = number(scope, words);
        long flags = number(scope, words);
        return new MemoryActions.Mmap(fd, length, protection, flags, scope.operand(words, words.takeOption("offset", "0")));
    }

    private static Action munmap(Scope scope, Words words) {
        String name = scope.variable(words, Kind.MEMORY);
        scope.remove(name);
        return new MemoryActions.Munmap(name);
    }

    private static Scope.Place place(Scope scope, Words words) {
        return scope.place(words, words.take("a place in memory"));
    }

    private static Action poke(Scope scope, Words words) {
        Scope.Place place = place(scope, words);
        return new MemoryActions.Poke(place.name(), place.offset(), bytes(words));
    }

    private static Action put(Scope scope, Words words) {
        Scope.Place place = place(scope, words);
        return new MemoryActions.Put(place.name(), place.offset(), scope.operand(words, words.take("a number")));
    }

    private static Action peek(Scope scope, Words words) {
        Scope.Place place = place(scope, words);
        return new MemoryActions.Peek(place.name(), place.offset(), number(scope, words));
    }

    private static Action point(Scope scope, Words words) {
        Scope.Place place = place(scope, words);
        Scope.Place target = place(scope, words);
        return new MemoryActions.Point(place.name(), place.offset(), target.name(), target.offset());
    }

    private static Action string(Scope scope, Words words) {
        Scope.Place place = place(scope, words);
        return new MemoryActions.Text(place.name(), place.offset());
    }
}
