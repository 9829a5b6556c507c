package dmabuf.share;

import dmabuf.linux.PeerCredentials;
import java.util.function.Predicate;

/** With whom buffers are shared: predicates on the credentials that the kernel vouches for. */
public final class Peers {

    private Peers() {}

    /**
     * Processes of this process's own user, and root's: the default on both sides. Root could take anything anyhow.
     *
     * @return true for the same effective user, and for root
     */
    public static Predicate<PeerCredentials> sameUserOrRoot() {
        long self = PeerCredentials.self().uid();
        return peer -> peer.uid() == self || peer.uid() == 0;
    }

    /**
     * Processes of one other user besides. The socket file, which is for its owner only, must be opened to that user as well.
     *
     * @param uid the user's number
     * @return true for that user, the same effective user, and root
     */
    public static Predicate<PeerCredentials> user(long uid) {
        return sameUserOrRoot().or(peer -> peer.uid() == uid);
    }
}
