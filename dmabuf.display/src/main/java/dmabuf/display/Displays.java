package dmabuf.display;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** All screens: a service, which is there whether or not there is any screen. Thread-safe. */
@ProviderType
public interface Displays {

    /**
     * Lists the screens that are here.
     *
     * @return a snapshot, real ones first, then by device
     */
    List<Display> all();

    /**
     * Says of devices that might show a screen and do not why that is so, and what to do about it: that a device's group may not be opened,
     * is somebody else's, or has no display. Asks exporters, which may look at the machine for it.
     *
     * @return one sentence for each, for people; empty when there is nothing to say
     */
    List<String> explanations();
}
