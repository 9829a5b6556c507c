package dmabuf.dist;

import dmabuf.api.DmaBuf;
import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.share.BufferOffer;
import dmabuf.share.BufferServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the AOT cache is trained with, besides the verb {@code exporters}: a memfd that goes from this process to itself, so that the
 * classes which {@code import} needs are in the cache as well.
 */
final class Training {

    private Training() {}

    static int run(CommandLine line) {
        LinuxSyscalls kernel = new LinuxSyscalls();
        try (TemporaryFolder folder = TemporaryFolder.create();
                CoreDmaBufs buffers = new CoreDmaBufs();
                DmaBuf buffer = buffers.importFd(Memfd.sealed(kernel, "dmabuf-training", 4096))) {
            Path socket = folder.path().resolve("socket");
            try (BufferServer server = BufferOffer.of(buffer).listen(socket)) {
                CompletableFuture<?> served = CompletableFuture.runAsync(server::serveOne);
                int status = ImportVerb.run(line.with(List.of("--socket", socket.toString(), "--sha256")));
                served.join();
                return status;
            }
        } finally {
            kernel.shutDown();
        }
    }
}
