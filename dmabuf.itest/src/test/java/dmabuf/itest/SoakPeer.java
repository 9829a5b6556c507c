package dmabuf.itest;

import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.ProcessResources;
import dmabuf.sim.SimulatedKernel;
import dmabuf.soak.Checker;
import java.nio.file.Path;
import java.util.List;

/** The other process of the soak, without the distribution, which is built later. Knows {@code import --socket PATH --check N} only. */
final class SoakPeer {

    private SoakPeer() {}

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        Path socket = Path.of(words.get(words.indexOf("--socket") + 1));
        int connections = Integer.parseInt(words.get(words.indexOf("--check") + 1));
        ProcessResources before = ProcessResources.now();
        try (CoreDmaBufs buffers = new CoreDmaBufs(); SimulatedKernel simulation = new SimulatedKernel()) {
            new Checker(buffers, simulation).serve(socket, connections);
        }
        ProcessResources left = ProcessResources.now().since(before);
        if (!left.isNothing()) {
            System.err.println("left over in the process that takes buffers: " + left);
            System.exit(1);
        }
    }
}
