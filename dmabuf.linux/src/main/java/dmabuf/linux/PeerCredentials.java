package dmabuf.linux;

/**
 * Who is at the other end of a Unix socket, as the kernel knows it: {@code struct ucred} of {@code SO_PEERCRED}. The peer cannot choose
 * these, they are its effective ones at the time it called connect(2) or listen(2).
 *
 * @param pid the process, 0 when it is not visible from here (another PID namespace)
 * @param uid the user
 * @param gid the group
 */
public record PeerCredentials(int pid, long uid, long gid) {

    /**
     * Gives this process's own.
     *
     * @return process, effective user and effective group
     */
    public static PeerCredentials self() {
        return LinuxSockets.self();
    }

    /** Gives process and user, for messages. */
    @Override
    public String toString() {
        return "pid " + pid + ", uid " + uid;
    }
}
