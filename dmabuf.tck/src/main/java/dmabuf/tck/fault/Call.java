package dmabuf.tck.fault;

import java.util.Objects;

/**
 * A system call: which, and, where the number decides what it does, with what request. Immutable.
 *
 * @param kind the call
 * @param request the request of an ioctl, the command of an fcntl; 0 for every other call
 */
public record Call(SyscallKind kind, long request) {

    /** Refuses null. */
    public Call {
        Objects.requireNonNull(kind, "kind");
    }

    /**
     * Names a call whose request does not matter.
     *
     * @param kind the call
     * @return the call, with request 0
     */
    public static Call of(SyscallKind kind) {
        return new Call(kind, 0);
    }

    /**
     * Names a request to a driver.
     *
     * @param request its number
     * @return the ioctl with that request
     */
    public static Call ioctl(long request) {
        return new Call(SyscallKind.IOCTL, request);
    }

    /**
     * Names an operation on a descriptor.
     *
     * @param command {@code F_GET_SEALS} and the like
     * @return the fcntl with that command
     */
    public static Call fcntl(int command) {
        return new Call(SyscallKind.FCNTL, command);
    }

    /** Says the call and the name of its request: {@code ioctl DMA_BUF_IOCTL_SYNC}. */
    @Override
    public String toString() {
        return switch (kind) {
            case IOCTL -> kind + " " + CallNames.ofRequest(request);
            case FCNTL -> kind + " " + CallNames.ofCommand(request);
            default -> kind.toString();
        };
    }
}
