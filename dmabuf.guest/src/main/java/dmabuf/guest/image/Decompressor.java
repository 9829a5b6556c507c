package dmabuf.guest.image;

import dmabuf.guest.GuestException;
import dmabuf.guest.parts.AtExit;
import dmabuf.guest.parts.HostCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Unpacks kernels and modules: gzip by itself, what Java does not know by the program that does. */
public final class Decompressor {

    private final Programs programs;

    /** Where the programs come from. */
    @FunctionalInterface
    public interface Programs {

        /**
         * Finds a program, or fetches it.
         *
         * @param name its name, as on the PATH
         * @return the start of a command line that runs it
         * @throws GuestException when it is neither here nor to be had
         * @throws IOException when fetching it fails
         */
        List<String> find(String name) throws GuestException, IOException;
    }

    /**
     * Makes one.
     *
     * @param programs where the programs come from
     */
    public Decompressor(Programs programs) {
        this.programs = programs;
    }

    /**
     * Unpacks.
     *
     * @param packed one stream, with nothing behind it
     * @param compression how it is packed
     * @return the content
     * @throws IOException when it is damaged
     * @throws GuestException when the program for it is not to be had
     */
    public byte[] unpack(byte[] packed, Compression compression) throws IOException, GuestException {
        if (compression == Compression.GZIP) {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
                return in.readAllBytes();
            }
        }
        Path folder = AtExit.temporaryFolder("dmabuf-guest-unpack");
        Path input = folder.resolve("packed");
        Path output = folder.resolve("unpacked");
        try {
            Files.write(input, packed);
            HostCommand.of(programs.find(compression.program())).with("-d", "-c", "-q").input(input).output(output).check();
            return Files.readAllBytes(output);
        } finally {
            AtExit.deleteNow(folder);
        }
    }

    /**
     * Reads a file, unpacked if it is packed.
     *
     * @param file any file
     * @return its content
     * @throws IOException when it cannot be read or is damaged
     * @throws GuestException when the program for it is not to be had
     */
    public byte[] read(Path file) throws IOException, GuestException {
        byte[] bytes = Files.readAllBytes(file);
        var compression = Compression.of(bytes);
        return compression.isPresent() ? unpack(bytes, compression.get()) : bytes;
    }
}
