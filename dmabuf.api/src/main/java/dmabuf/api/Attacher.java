package dmabuf.api;

/**
 * Somebody who has to be able to attach.
 *
 * @param device who
 * @param ops null for a static importer
 */
record Attacher(ImporterDevice device, ImporterOps ops) {

    /** Attaches to see whether it can. The importer's own callback is left out: it knows nothing of this attachment. */
    Attachment tryOn(DmaBuf buffer) {
        return ops == null ? buffer.attach(device) : buffer.attach(device, new Trial(ops.revocable()));
    }

    private record Trial(boolean revocable) implements ImporterOps {

        @Override
        public void invalidated(Attachment attachment) {
            // Nothing is mapped.
        }
    }

    /** Gives the name, for messages. */
    @Override
    public String toString() {
        return device.name();
    }
}
