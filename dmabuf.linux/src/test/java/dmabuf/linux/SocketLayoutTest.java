package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.SocketAbi.Cmsghdr;
import dmabuf.linux.SocketAbi.Iovec;
import dmabuf.linux.SocketAbi.Msghdr;
import dmabuf.linux.SocketAbi.SockaddrUn;
import dmabuf.linux.SocketAbi.Timeval;
import dmabuf.linux.SocketAbi.Ucred;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every number and struct of the socket calls, against the system's headers. */
class SocketLayoutTest {

    private static final List<String> HEADERS = List.of("sys/socket.h", "sys/un.h", "sys/uio.h", "sys/time.h");

    @Test
    void numbersAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        for (var field : SocketAbi.class.getDeclaredFields()) {
            // SCM_MAX_FD is in no header of user space; UnixSocketTest asks the kernel itself.
            if (Modifier.isStatic(field.getModifiers()) && !field.getName().equals("SCM_MAX_FD")) {
                ours.put(field.getName(), (long) field.getInt(null));
            }
        }
        assertEquals(ours, CLayout.evaluate(HEADERS, List.copyOf(ours.keySet())));
    }

    @Test
    void structsAreLaidOutAsInTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        struct(ours, "sockaddr_un", SockaddrUn.SIZE, "sun_family", SockaddrUn.FAMILY, "sun_path", SockaddrUn.PATH);
        ours.put("sizeof(((struct sockaddr_un *) 0)->sun_path)", (long) SockaddrUn.PATH_SIZE);
        struct(ours, "msghdr", Msghdr.SIZE, "msg_iov", Msghdr.IOV, "msg_iovlen", Msghdr.IOV_COUNT, "msg_control", Msghdr.CONTROL,
                "msg_controllen", Msghdr.CONTROL_LENGTH, "msg_flags", Msghdr.FLAGS);
        struct(ours, "cmsghdr", Cmsghdr.DATA, "cmsg_len", Cmsghdr.LENGTH, "cmsg_level", Cmsghdr.LEVEL, "cmsg_type", Cmsghdr.TYPE);
        struct(ours, "iovec", Iovec.SIZE, "iov_base", Iovec.BASE, "iov_len", Iovec.LENGTH);
        struct(ours, "ucred", Ucred.SIZE, "pid", Ucred.PID, "uid", Ucred.UID, "gid", Ucred.GID);
        struct(ours, "timeval", Timeval.SIZE, "tv_sec", Timeval.SECONDS, "tv_usec", Timeval.MICROSECONDS);
        for (int descriptors : new int[] {1, 2, 3, 253}) {
            ours.put("CMSG_LEN(4 * " + descriptors + ")", Cmsghdr.length(descriptors));
            ours.put("CMSG_SPACE(4 * " + descriptors + ")", Cmsghdr.space(descriptors));
        }
        assertEquals(ours, CLayout.evaluate(HEADERS, List.copyOf(ours.keySet())));
    }

    private static void struct(Map<String, Long> ours, String name, int size, Object... fieldsAndOffsets) {
        ours.put("sizeof(struct " + name + ")", (long) size);
        for (int i = 0; i < fieldsAndOffsets.length; i += 2) {
            ours.put("offsetof(struct " + name + ", " + fieldsAndOffsets[i] + ")", (long) (int) fieldsAndOffsets[i + 1]);
        }
    }
}
