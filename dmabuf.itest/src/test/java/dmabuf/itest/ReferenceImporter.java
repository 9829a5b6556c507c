package dmabuf.itest;

import dmabuf.api.BufferSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An importer as most are: a component with a plain, static reference, which is made anew when its exporter is. What it keeps belongs to
 * its bundle.
 */
public final class ReferenceImporter implements UnaryOperator<String> {

    private static final KeptBuffers KEPT = new KeptBuffers();

    private BufferSource source;

    static InputStream bundle(String filter) throws IOException {
        return EmptyBundle.ofComponent(
                "itest.importer.reference",
                "dmabuf.api,dmabuf.fd",
                List.of(ReferenceImporter.class.getName(), KeptBuffers.class.getName()),
                """
                <property name="importer" value="reference"/>
                <service><provide interface="java.util.function.UnaryOperator"/></service>
                <reference name="source" interface="dmabuf.api.BufferSource" target="%s" bind="bind"/>
                """.formatted(filter.replace("&", "&amp;")));
    }

    public void bind(BufferSource bound) {
        source = bound;
    }

    public void activate() {
        // There is nothing to do before somebody asks.
    }

    public void deactivate() {
        // What is kept is good without the exporter.
    }

    @Override
    public String apply(String word) {
        return KEPT.obey(word, source::export);
    }
}
