package dmabuf.guest.image;

import java.util.Optional;

/** The ways in which kernels and modules are packed, told apart by their first bytes. */
public enum Compression {
    /** gzip, which Java unpacks itself. */
    GZIP("gzip", 0x1f, 0x8b),
    /** xz. */
    XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
    /** Zstandard. */
    ZSTD("zstd", 0x28, 0xb5, 0x2f, 0xfd);

    private final String program;
    private final int[] magic;

    Compression(String program, int... magic) {
        this.program = program;
        this.magic = magic;
    }

    /**
     * Names the program that unpacks it.
     *
     * @return its name, as on the PATH
     */
    public String program() {
        return program;
    }

    /**
     * Looks at the first bytes.
     *
     * @param bytes packed or not
     * @return how they are packed; empty for anything unknown
     */
    public static Optional<Compression> of(byte[] bytes) {
        for (Compression each : values()) {
            if (each.begins(bytes)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private boolean begins(byte[] bytes) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
