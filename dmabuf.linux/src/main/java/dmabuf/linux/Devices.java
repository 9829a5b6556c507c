package dmabuf.linux;

import dmabuf.api.Subscription;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The device nodes of a kernel and what sysfs says of them. Paths are those of Linux, also in a simulated kernel, whose nodes no other
 * program sees.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Devices {

    /**
     * Lists device nodes.
     *
     * @param folder an absolute path, such as {@code /dev/dri}
     * @return the paths of the nodes in it, sorted; empty when there is no such folder
     */
    List<String> list(String folder);

    /**
     * Lists what is in a folder of sysfs: folders, files and links alike.
     *
     * @param folder an absolute path, such as {@code /sys/kernel/iommu_groups/7/devices}
     * @return the names, without the folder, sorted; empty when there is no such folder, or it cannot be read
     */
    List<String> entries(String folder);

    /**
     * Tells whether a node is there.
     *
     * @param node an absolute path
     * @return true when it is, whether or not it may be opened
     */
    boolean exists(String node);

    /**
     * Tells the devices apart that come one after the other under the same name, perhaps faster than anybody looks.
     *
     * @param node an absolute path
     * @return a number that another device in this place has not; 0 when none is there. Where nodes are never replaced, always the same
     */
    default long identity(String node) {
        return exists(node) ? 1 : 0;
    }

    /**
     * Reads an attribute of sysfs or procfs, a small text file.
     *
     * @param path an absolute path, such as {@code /sys/module/udmabuf/parameters/list_limit}
     * @return its text without the line's end; empty when it is not there or cannot be read
     */
    Optional<String> attribute(String path);

    /**
     * Watches a folder, by inotify where there is one: no polling.
     *
     * @param folder an absolute path, which need not exist yet
     * @param changed called on a thread of the watcher's, with no lock held, after nodes came, went, or changed their permissions, and
     *     possibly once when the watch is in place; it looks for itself what is there now
     * @return close this to end it
     */
    Subscription watch(String folder, Runnable changed);

    /**
     * Explains why a node cannot be opened, and what to do about it: the owning group and the command that joins it, say.
     *
     * @param node an absolute path
     * @return one sentence for people; empty when there is nothing to say
     */
    Optional<String> explainNoAccess(String node);
}
