package dmabuf.itest.container;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;

/**
 * A throwable on its way out of the container: itself, with class, message, stack and causes, where the outside knows its class;
 * otherwise a likeness with the same words and stack.
 *
 * @param original the throwable in serialised form, null when it cannot be serialised
 * @param likeness what stands in for it, in serialised form
 */
record PackedThrowable(byte[] original, byte[] likeness) implements Serializable {

    /** Stands in for a throwable whose class is known inside the container only. */
    static final class Likeness extends AssertionError {

        private static final long serialVersionUID = 1L;

        Likeness(Throwable original) {
            super(original.toString(), original.getCause() == null ? null : new Likeness(original.getCause()));
            setStackTrace(original.getStackTrace());
            for (Throwable suppressed : original.getSuppressed()) {
                addSuppressed(new Likeness(suppressed));
            }
        }
    }

    static PackedThrowable of(Throwable thrown) throws IOException {
        byte[] likeness = serialised(new Likeness(thrown));
        try {
            return new PackedThrowable(serialised(thrown), likeness);
        } catch (IOException e) {
            // It holds something that is not serialisable; the likeness has all that a person needs.
            return new PackedThrowable(null, likeness);
        }
    }

    private static byte[] serialised(Throwable thrown) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thrown);
        }
        return bytes.toByteArray();
    }

    Throwable unpack() throws IOException {
        try {
            return deserialised(original == null ? likeness : original);
        } catch (ClassNotFoundException e) {
            try {
                return deserialised(likeness);
            } catch (ClassNotFoundException impossible) {
                throw new IOException("a class of this package is missing", impossible);
            }
        }
    }

    private static Throwable deserialised(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            protected Class<?> resolveClass(ObjectStreamClass type) throws IOException, ClassNotFoundException {
                // By default the nearest loader on the stack serves, which need not be the one that has the tests' classes.
                return type.getName().startsWith("[")
                        ? super.resolveClass(type)
                        : Class.forName(type.getName(), false, PackedThrowable.class.getClassLoader());
            }
        }) {
            return (Throwable) in.readObject();
        }
    }
}
