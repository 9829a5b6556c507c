package dmabuf.tck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a table of constants and requests:
 *
 * <pre>
 * const NAME NUMBER
 * request NAME NUMBER [fd] [struct NAME]
 *     [out|item] TYPE NAME
 *     skip BYTES
 * </pre>
 *
 * <p>{@code fd} says that the result is a descriptor; {@code out} that the kernel fills the field; {@code item} that it is a field of the
 * structs that follow the first one; {@code skip} that bytes come next which no case looks at.
 */
final class UapiReader {

    private final String file;
    private final Map<String, Long> constants = new LinkedHashMap<>();
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private int line;
    private Request current;
    private List<Field> fields = new ArrayList<>();
    private List<Field> items = new ArrayList<>();
    private int skipped;

    UapiReader(String file) {
        this.file = file;
    }

    Uapi read(List<String> lines) {
        for (String text : lines) {
            line++;
            String content = text.strip();
            if (content.isEmpty() || content.startsWith("#")) {
                continue;
            }
            String[] words = content.split("\\s+");
            switch (words[0]) {
                case "const" -> constant(words);
                case "request" -> begin(words);
                case "skip" -> skip(words);
                default -> field(words);
            }
        }
        end();
        return new Uapi(constants, requests);
    }

    private void constant(String[] words) {
        end();
        if (words.length != 3) {
            throw wrong("expected: const NAME NUMBER");
        }
        if (constants.put(words[1], number(words[2])) != null) {
            throw wrong(words[1] + " is there twice");
        }
    }

    private void begin(String[] words) {
        end();
        int at = 3;
        boolean fd = at < words.length && words[at].equals("fd");
        at += fd ? 1 : 0;
        boolean named = at + 1 < words.length && words[at].equals("struct");
        if (words.length < 3 || words.length != at + (named ? 2 : 0)) {
            throw wrong("expected: request NAME NUMBER [fd] [struct NAME]");
        }
        Optional<String> struct = named ? Optional.of(words[at + 1]) : Optional.empty();
        current = new Request(words[1], number(words[2]), fd, struct, List.of(), List.of());
    }

    private void skip(String[] words) {
        if (current == null || words.length != 2) {
            throw wrong("expected, behind a request: skip BYTES");
        }
        skipped += (int) number(words[1]);
    }

    private void field(String[] words) {
        if (current == null) {
            throw wrong("a field belongs behind a request");
        }
        boolean marked = words[0].equals("out") || words[0].equals("item");
        if (words.length != (marked ? 3 : 2)) {
            throw wrong("expected: [out|item] TYPE NAME");
        }
        Field.Type type = Field.Type.of(words[words.length - 2]);
        if (type == null) {
            throw wrong("no such type: " + words[words.length - 2]);
        }
        List<Field> target = words[0].equals("item") ? items : fields;
        int end = (target.isEmpty() ? 0 : target.getLast().offset() + target.getLast().type().size()) + skipped;
        skipped = 0;
        target.add(new Field(words[words.length - 1], type, Request.align(end, type.alignment()), words[0].equals("out")));
    }

    private void end() {
        if (current == null) {
            return;
        }
        int size = Request.size(fields, skipped);
        int encoded = current.encodedSize();
        if (!fields.isEmpty() && encoded != 0 && size != encoded) {
            throw wrong("the fields of " + current.name() + " take " + size + " bytes, its number says " + encoded);
        }
        Request whole = new Request(current.name(), current.number(), current.returnsFd(), current.struct(), fields, items);
        if (requests.put(whole.name(), whole) != null) {
            throw wrong(whole.name() + " is there twice");
        }
        current = null;
        fields = new ArrayList<>();
        items = new ArrayList<>();
        skipped = 0;
    }

    private long number(String word) {
        try {
            return Long.decode(word);
        } catch (NumberFormatException e) {
            throw wrong("not a number: " + word);
        }
    }

    private CaseSyntaxException wrong(String message) {
        return new CaseSyntaxException(file, line, message);
    }
}
