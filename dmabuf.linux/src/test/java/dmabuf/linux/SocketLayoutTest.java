package dmabuf.linux;

import dmabuf.linux.SocketAbi.Cmsghdr;
import dmabuf.linux.SocketAbi.Iovec;
import dmabuf.linux.SocketAbi.Msghdr;
import dmabuf.linux.SocketAbi.SockaddrUn;
import dmabuf.linux.SocketAbi.Timeval;
import dmabuf.linux.SocketAbi.Ucred;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

/** Every number and struct of the socket calls, against the system's headers. */
class SocketLayoutTest {

    private final CHeader header = CHeader.of("sys/socket.h", "sys/un.h", "sys/uio.h", "sys/time.h");

    @Test
    void numbersAreThoseOfTheHeaders() throws Exception {
        for (var field : SocketAbi.class.getDeclaredFields()) {
            // SCM_MAX_FD is in no header of user space; UnixSocketTest asks the kernel itself.
            if (Modifier.isStatic(field.getModifiers()) && !field.getName().equals("SCM_MAX_FD")) {
                header.number(field.getName(), field.getInt(null));
            }
        }
        header.assertAsInC();
    }

    @Test
    void structsAreLaidOutAsInTheHeaders() throws Exception {
        struct("sockaddr_un", SockaddrUn.SIZE, "sun_family", SockaddrUn.FAMILY, "sun_path", SockaddrUn.PATH);
        header.number("sizeof(((struct sockaddr_un *) 0)->sun_path)", SockaddrUn.PATH_SIZE);
        struct("msghdr", Msghdr.SIZE, "msg_iov", Msghdr.IOV, "msg_iovlen", Msghdr.IOV_COUNT, "msg_control", Msghdr.CONTROL,
                "msg_controllen", Msghdr.CONTROL_LENGTH, "msg_flags", Msghdr.FLAGS);
        struct("cmsghdr", Cmsghdr.DATA, "cmsg_len", Cmsghdr.LENGTH, "cmsg_level", Cmsghdr.LEVEL, "cmsg_type", Cmsghdr.TYPE);
        struct("iovec", Iovec.SIZE, "iov_base", Iovec.BASE, "iov_len", Iovec.LENGTH);
        struct("ucred", Ucred.SIZE, "pid", Ucred.PID, "uid", Ucred.UID, "gid", Ucred.GID);
        struct("timeval", Timeval.SIZE, "tv_sec", Timeval.SECONDS, "tv_usec", Timeval.MICROSECONDS);
        for (int descriptors : new int[] {1, 2, 3, 253}) {
            header.number("CMSG_LEN(4 * " + descriptors + ")", Cmsghdr.length(descriptors));
            header.number("CMSG_SPACE(4 * " + descriptors + ")", Cmsghdr.space(descriptors));
        }
        header.assertAsInC();
    }

    private void struct(String name, int size, Object... fieldsAndOffsets) {
        header.size(name, size);
        for (int i = 0; i < fieldsAndOffsets.length; i += 2) {
            header.field(name, (String) fieldsAndOffsets[i], (int) fieldsAndOffsets[i + 1]);
        }
    }
}
