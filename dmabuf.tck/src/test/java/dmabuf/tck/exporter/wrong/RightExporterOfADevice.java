package dmabuf.tck.exporter.wrong;

import dmabuf.api.Access;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MmapPolicy;

/** One that says of its memory that a device has it: it is there to be looked at, and nobody is to choose it for memory of his own. */
public class RightExporterOfADevice extends RightExporter {

    @Override
    protected ExporterProperties.Builder describe(ExporterProperties.Builder properties) {
        return super.describe(properties).allocates(false);
    }

    @Override
    protected MmapPolicy policy(ExportRequest request) {
        return super.policy(request).withAccess(Access.READ);
    }
}
