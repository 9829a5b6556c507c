package dmabuf.tck;

import dmabuf.tck.IoctlActions.Argument;
import dmabuf.tck.IoctlActions.Assignment;
import dmabuf.tck.IoctlActions.Items;
import dmabuf.tck.Scope.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what an ioctl is given:
 *
 * <pre>
 * ioctl FD REQUEST [FIELD=VALUE | FIELD&gt;NAME]… [[COUNT *] (FIELD=VALUE…)]…
 * ioctl FD REQUEST|NUMBER @ADDRESS | "TEXT" | hex:BYTES
 * </pre>
 */
final class IoctlParser {

    private static final String HEX = "hex:";

    private final Scope scope;
    private final Words words;
    private final Request request;
    private final List<Assignment> assignments = new ArrayList<>();
    private final List<Items> items = new ArrayList<>();
    private final Map<String, Field> captures = new LinkedHashMap<>();

    private IoctlParser(Scope scope, Words words, Request request) {
        this.scope = scope;
        this.words = words;
        this.request = request;
    }

    static Action parse(Scope scope, Words words) {
        Operand fd = scope.fd(words);
        String name = words.take("a request");
        Optional<Request> known = scope.uapi().request(name);
        if (known.isEmpty() && !Character.isDigit(name.charAt(0))) {
            throw words.wrong("no such request: " + name + scope.uapi().similar(name));
        }
        long number = known.map(Request::number).orElseGet(() -> scope.number(words, name));
        Optional<Argument> raw = raw(scope, words);
        if (raw.isPresent()) {
            return new IoctlActions.Raw(fd, number, known.map(Request::returnsFd).orElse(false), raw.get());
        }
        if (known.isEmpty()) {
            throw words.wrong("a request that is a number takes @ADDRESS, \"TEXT\" or hex:BYTES");
        }
        return new IoctlParser(scope, words, known.get()).filled(fd);
    }

    private static Optional<Argument> raw(Scope scope, Words words) {
        String word = words.peek();
        if (word.startsWith("@")) {
            return Optional.of(new Argument.Pointer(scope.operand(words, words.take("an address"))));
        }
        if (word.startsWith("\"")) {
            words.take("a text");
            return Optional.of(new Argument.Text(word.substring(1, word.length() - 1)));
        }
        if (word.startsWith(HEX)) {
            Words bytes = Words.of("", 0, words.take("bytes").substring(HEX.length()));
            return Optional.of(new Argument.Struct(StepParser.bytes(bytes)));
        }
        return Optional.empty();
    }

    private Action filled(Operand fd) {
        boolean counted = false;
        while (!words.isEmpty()) {
            if (words.peek().equals("(") || words.follows("*")) {
                items.add(items());
                continue;
            }
            String word = words.take("a field");
            counted |= word.startsWith("count=");
            if (word.contains("=")) {
                assignments.add(assignment(word, request.fields()));
            } else {
                capture(word);
            }
        }
        if (!items.isEmpty() && !counted) {
            int count = items.stream().mapToInt(Items::times).sum();
            assignments.add(assignment("count=" + count, request.fields()));
        }
        return new IoctlActions.Filled(fd, request, List.copyOf(assignments), List.copyOf(items), Map.copyOf(captures));
    }

    private Items items() {
        int times = 1;
        if (words.follows("*")) {
            times = (int) StepParser.number(scope, words);
            words.take("*");
        }
        if (!words.takeIf("(")) {
            throw words.wrong("( is missing");
        }
        List<Assignment> fields = new ArrayList<>();
        while (!words.takeIf(")")) {
            fields.add(assignment(words.take(")"), request.items()));
        }
        return new Items(List.copyOf(fields), times);
    }

    private Assignment assignment(String word, List<Field> among) {
        int equals = word.indexOf('=');
        if (equals < 0) {
            throw words.wrong("expected FIELD=VALUE, got " + word);
        }
        Field field = find(word.substring(0, equals), among);
        String value = word.substring(equals + 1);
        if (value.startsWith("\"")) {
            if (!field.type().isText()) {
                throw words.wrong(field.name() + " holds no text");
            }
            return new Assignment(field, new Operand.Number(0), Optional.of(value.substring(1, value.length() - 1)));
        }
        return new Assignment(field, scope.operand(words, value), Optional.empty());
    }

    private void capture(String word) {
        int arrow = word.indexOf('>');
        if (arrow < 0) {
            throw words.wrong("expected FIELD=VALUE or FIELD>NAME, got " + word);
        }
        Field field = find(word.substring(0, arrow), request.fields());
        if (!field.answered()) {
            throw words.wrong("the kernel does not fill " + field.name());
        }
        String name = word.substring(arrow + 1);
        scope.define(words, name, field.type() == Field.Type.FD ? Kind.FD : Kind.NUMBER);
        captures.put(name, field);
    }

    private Field find(String name, List<Field> among) {
        return among.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow(() -> words.wrong(request.name() + " has no field " + name + " here, but "
                        + among.stream().map(Field::name).toList()));
    }
}
