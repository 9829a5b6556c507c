package dmabuf.shell;

import dmabuf.api.BufferInfo;
import dmabuf.api.ExporterProperties;
import org.apache.felix.service.command.Converter;
import org.osgi.service.component.annotations.Component;

/** Prints exporters and buffers in the shell: in detail, as a row, or by name. */
@Component(
        service = Converter.class,
        property = {"osgi.converter.classes=dmabuf.api.ExporterProperties", "osgi.converter.classes=dmabuf.api.BufferInfo"})
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
            case null, default -> null;
        };
    }
}
