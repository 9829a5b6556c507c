package dmabuf.guest.parts;

import java.io.IOException;

/** Something in the cache is not what was put there. */
final class DamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
        super(message);
    }
}
