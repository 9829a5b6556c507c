package dmabuf.shell;

import dmabuf.api.BufferInfo;
import dmabuf.api.ExporterProperties;
import dmabuf.shell.measure.Measurement;
import dmabuf.shell.measure.MeasurementText;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Component;

/** Prints exporters, buffers and measurements in the shell: in detail, as a row, or by name. */
@Component(
        service = Converter.class,
        property = {
            "osgi.converter.classes=dmabuf.api.ExporterProperties", "osgi.converter.classes=dmabuf.api.BufferInfo",
            "osgi.converter.classes=dmabuf.shell.measure.Measurement"
        })
public final class DmaBufConverter implements Converter {

    /** Has no state. */
    public DmaBufConverter() {}

    @Override
    public Object convert(Class<?> desiredType, Object in) {
        return null; // Names are looked up by the commands, which know what there is.
    }

    @Override
    public CharSequence format(Object target, int level, Converter escape) {
        return switch (target) {
            case ExporterProperties exporter -> switch (level) {
                case INSPECT -> ExporterText.detail(exporter);
                case LINE -> ExporterText.line(exporter);
                default -> exporter.toString();
            };
            case BufferInfo buffer -> switch (level) {
                case INSPECT -> BufferText.detail(buffer);
                case LINE -> BufferText.line(buffer);
                default -> buffer.id().toString();
            };
            case Measurement measurement -> switch (level) {
                case INSPECT -> MeasurementText.detail(measurement);
                case LINE -> MeasurementText.line(measurement);
                default -> measurement.toString();
            };
            case null, default -> null;
        };
    }
}
