package dmabuf.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Is told what becomes of buffers. */
@ConsumerType
@FunctionalInterface
public interface BufferListener {

    /**
     * A buffer has entered another state than the {@link BufferState#ACTIVE} that most are born in. Called asynchronously, with no lock
     * held, once for each change; the buffer may have moved on.
     *
     * @param buffer what it was when its state changed
     */
    void stateChanged(BufferInfo buffer);
}
