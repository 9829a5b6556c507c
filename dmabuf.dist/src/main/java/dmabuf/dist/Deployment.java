package dmabuf.dist;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides which jars the framework starts with. */
final class Deployment {

    private static final String SIMULATION = "dmabuf.sim";
    /** The shell with line editing, of no use where there is no terminal. */
    private static final Set<String> TERMINAL = Set.of("org.jline", "org.apache.felix.gogo.jline");

    private final Home home;
    private final boolean simulation;

    /**
     * Prepares the choice.
     *
     * @param home where the jars are
     * @param simulation whether simulated devices are wanted
     */
    Deployment(Home home, boolean simulation) {
        this.home = home;
        this.simulation = simulation;
    }

    /**
     * For a verb that ends by itself: what the descriptor names, and what the user has put into the deploy folder. A driver that the user
     * has removed from there is not missed.
     */
    List<Path> ofVerb(String descriptor) {
        List<Path> jars = new ArrayList<>();
        for (String name : named(descriptor)) {
            Path replaceable = home.deployed(name);
            if (Files.exists(replaceable)) {
                jars.add(replaceable);
            } else if (!isReplaceable(name)) {
                jars.add(home.bundle(name));
            }
        }
        Set<String> ours = new HashSet<>(home.descriptor("run").bundles());
        for (Path jar : home.deployed()) {
            String file = jar.getFileName().toString();
            if (!ours.contains(file.substring(0, file.length() - ".jar".length()))) {
                jars.add(jar);
            }
        }
        return jars;
    }

    /** For the verb run: what the descriptor names, save what lies in the deploy folder, which is File Install's to install. */
    List<Path> ofRun(boolean terminal) {
        return named("run").stream()
                .filter(name -> !isReplaceable(name))
                .filter(name -> terminal || !TERMINAL.contains(name))
                .map(home::bundle)
                .toList();
    }

    private List<String> named(String descriptor) {
        return home.descriptor(descriptor).bundles().stream()
                .filter(name -> simulation || !name.equals(SIMULATION))
                .toList();
    }

    /** Drivers and importers are kept in the deploy folder, where they can be replaced; everything else is not. */
    private boolean isReplaceable(String name) {
        return !Files.exists(home.bundle(name));
    }
}
