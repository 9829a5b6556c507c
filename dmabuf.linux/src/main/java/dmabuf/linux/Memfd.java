package dmabuf.linux;

import dmabuf.fd.Fd;

/** Makes files in memory, the material of udmabufs. */
public final class Memfd {

    private Memfd() {}

    /**
     * Makes a memfd of a size, sealed so that it can never shrink: what a udmabuf requires, and what lets a peer map it without fear of
     * SIGBUS.
     *
     * @param kernel who makes it
     * @param name a name for {@code /proc/PID/maps}
     * @param size its size in bytes
     * @return the memfd, which the caller closes
     * @throws dmabuf.api.DmaBufException EMFILE, ENOMEM, or EINVAL for a size that no file can have; then nothing is left open
     */
    public static Fd sealed(Syscalls kernel, String name, long size) {
        Fd fd = unsealed(kernel, name, size);
        try {
            SyscallResult.check(
                    kernel.fcntl(fd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_SHRINK), "F_ADD_SEALS", () -> fd + ", F_SEAL_SHRINK");
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /**
     * Makes a memfd of a size that can still be sealed.
     *
     * @param kernel who makes it
     * @param name a name for {@code /proc/PID/maps}
     * @param size its size in bytes
     * @return the memfd, which the caller closes
     * @throws dmabuf.api.DmaBufException EMFILE, ENOMEM, or EINVAL for a size that no file can have; then nothing is left open
     */
    public static Fd unsealed(Syscalls kernel, String name, long size) {
        int number = SyscallResult.check(kernel.memfdCreate(name, Posix.MFD_ALLOW_SEALING), "memfd_create", name);
        Fd fd = Fd.adopt(number, kernel);
        try {
            SyscallResult.check(kernel.ftruncate(number, size), "ftruncate", () -> fd + ", size " + size);
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }
}
