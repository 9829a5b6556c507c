package dmabuf.shell;

import java.util.List;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/**
 * Tells of every component that could not be started, in one line each on standard error: a driver whose configuration makes no sense,
 * say. The launcher asks before each verb; what it gets is how many there are.
 */
@Component(property = "dmabuf.verb=failures")
public final class FailedComponents implements ToIntFunction<String[]> {

    private static final String CAUSE = "Caused by: ";

    private final ServiceComponentRuntime runtime;

    /**
     * Prepares the look.
     *
     * @param runtime knows the components
     */
    @Activate
    public FailedComponents(@Reference ServiceComponentRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public int applyAsInt(String[] arguments) {
        List<ComponentConfigurationDTO> failed = runtime.getComponentDescriptionDTOs().stream()
                .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
                .filter(one -> one.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
                .toList();
        failed.forEach(one ->
                System.err.println("dmabuf: " + one.description.bundle.symbolicName + " did not start: " + reason(one.failure)));
        return failed.size();
    }

    /** The innermost cause of a stack trace. */
    static String reason(String trace) {
        return trace.lines().filter(line -> line.startsWith(CAUSE)).reduce((outer, inner) -> inner)
                .map(line -> line.substring(CAUSE.length()))
                .or(() -> trace.lines().findFirst())
                .map(line -> line.replaceFirst("^[\\w.$]+(Exception|Error): ", ""))
                .orElse("");
    }
}
