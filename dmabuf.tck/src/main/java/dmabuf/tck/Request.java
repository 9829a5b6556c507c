package dmabuf.tck;

import java.util.List;
import java.util.Optional;

/**
 * An ioctl: its number and the struct that it takes.
 *
 * @param name the name that cases call it by: the header's, with a suffix where a case needs the same request with another struct
 * @param number what is passed to ioctl(2)
 * @param returnsFd whether its result is a new descriptor
 * @param struct the struct's name in the header, empty where it is not there
 * @param fields the fields, in order
 * @param items the fields of each of the structs that follow the first, empty when none do
 */
record Request(String name, long number, boolean returnsFd, Optional<String> struct, List<Field> fields, List<Field> items) {

    /** A kernel that forgets to fill in a descriptor leaves a 0: never to be closed in its name. */
    static final int LAST_STANDARD_FD = 2;

    private static final int SIZE_SHIFT = 16;
    private static final int SIZE_MASK = 0x3fff;

    Request {
        fields = List.copyOf(fields);
        items = List.copyOf(items);
    }

    /** The size of the struct: as the number encodes it, and of a number that has none in it, as VFIO's, what its fields take. */
    int size() {
        return encodedSize() != 0 ? encodedSize() : size(fields, 0);
    }

    /** The size that is part of the number; 0 where there is none. */
    int encodedSize() {
        return (int) (number >> SIZE_SHIFT) & SIZE_MASK;
    }

    int itemSize() {
        return size(items, 0);
    }

    Optional<Field> field(String wanted) {
        return find(fields, wanted);
    }

    Optional<Field> item(String wanted) {
        return find(items, wanted);
    }

    private static Optional<Field> find(List<Field> fields, String wanted) {
        return fields.stream().filter(field -> field.name().equals(wanted)).findFirst();
    }

    /** The size that a struct of these fields has in C, with so many bytes behind them. */
    static int size(List<Field> fields, int behind) {
        if (fields.isEmpty()) {
            return 0;
        }
        int alignment = fields.stream().mapToInt(field -> field.type().alignment()).max().orElse(1);
        Field last = fields.getLast();
        return align(last.offset() + last.type().size() + behind, alignment);
    }

    /** Where the next field begins. */
    static int align(int offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }
}
