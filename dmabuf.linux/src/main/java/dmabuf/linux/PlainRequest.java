package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import java.util.Set;

/** What a driver refuses that has no options of its own, and no choice where a buffer is: an exporter passes over nothing in silence. */
public final class PlainRequest {

    private PlainRequest() {}

    /**
     * Lets a request pass that asks for nothing but what such a driver has. Options of other exporters are not looked at.
     *
     * @param request what is asked for
     * @param exporter the exporter's name, with which its own options would begin
     * @param operation what is refused, as the kernel names the request
     * @param device the node
     * @throws DmaBufException EINVAL for an option of the exporter's own; EOPNOTSUPP for memory of a device
     */
    public static void check(ExportRequest request, String exporter, String operation, String device) {
        Set<String> options = request.options(exporter).keySet();
        if (!options.isEmpty()) {
            throw new DmaBufException(
                    Errno.EINVAL, operation, device + ", option " + exporter + "." + options.iterator().next(),
                    exporter + " has no options");
        }
        Placement placement = request.placement().orElse(Placement.SYSTEM);
        if (placement != Placement.SYSTEM) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, operation, device + ", memory of the " + placement.property(),
                    "there is memory of the " + Placement.SYSTEM.property());
        }
    }
}
