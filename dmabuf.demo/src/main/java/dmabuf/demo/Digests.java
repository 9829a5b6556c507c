package dmabuf.demo;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Fingerprints of memory. */
final class Digests {

    private static final long PIECE = 1 << 24;

    private Digests() {}

    /** The SHA-256 of pieces, one behind the other. */
    static String sha256(List<MemorySegment> pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (MemorySegment piece : pieces) {
                for (long at = 0; at < piece.byteSize(); at += PIECE) {
                    digest.update(piece.asSlice(at, Math.min(PIECE, piece.byteSize() - at)).asByteBuffer());
                }
            }
            return hex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }
}
