package dmabuf.display.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Why devices show no screen, as a service of an exporter that would know them. Called by any thread, with no lock held. */
@ConsumerType
@FunctionalInterface
public interface DisplayExplanation {

    /**
     * Looks what there is, and why it is not served.
     *
     * @return one sentence for each device, or for the lack of any, for people, with what to do about it
     */
    List<String> explain();
}
