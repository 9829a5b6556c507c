package dmabuf.core;

import dmabuf.spi.AttachedImporter;
import dmabuf.spi.BufferControl;

/** What an exporter sees of an attachment. Two attachments are never the same, whatever they say. */
final class AttachedDevice implements AttachedImporter {

    private final BufferControl buffer;
    private final String device;
    private final boolean dynamic;
    private final boolean revocable;
    private final boolean peerToPeer;

    AttachedDevice(BufferControl buffer, String device, boolean dynamic, boolean revocable, boolean peerToPeer) {
        this.buffer = buffer;
        this.device = device;
        this.dynamic = dynamic;
        this.revocable = revocable;
        this.peerToPeer = peerToPeer;
    }

    @Override
    public BufferControl buffer() {
        return buffer;
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public boolean isDynamic() {
        return dynamic;
    }

    @Override
    public boolean isRevocable() {
        return revocable;
    }

    @Override
    public boolean isPeerToPeer() {
        return peerToPeer;
    }

    @Override
    public String toString() {
        return device + (dynamic ? " (dynamic)" : "");
    }
}
