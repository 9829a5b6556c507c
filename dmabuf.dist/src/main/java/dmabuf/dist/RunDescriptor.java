package dmabuf.dist;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * What a {@code .bndrun} file says is deployed. The list is the resolver's, and the build checks it, so nothing else needs to know which
 * bundles there are.
 *
 * @param bundles symbolic names, in the order in which they start
 */
record RunDescriptor(List<String> bundles) {

    private static final String BUNDLES = "-runbundles";

    static RunDescriptor read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the run descriptor " + file + ": " + e.getMessage(), e);
        }
        return parse(properties.getProperty(BUNDLES, ""));
    }

    /** Reads clauses of the form {@code name;version='[1.0.0,1.0.1)';startlevel=1,…}, whose version ranges have commas of their own. */
    static RunDescriptor parse(String clauses) {
        return new RunDescriptor(Stream.of(clauses.replaceAll("'[^']*'", "").split(","))
                .map(clause -> clause.split(";", 2)[0].strip())
                .filter(name -> !name.isEmpty())
                .toList());
    }
}
