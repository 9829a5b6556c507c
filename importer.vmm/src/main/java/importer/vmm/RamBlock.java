package importer.vmm;

import dmabuf.api.DmaBufException;
import java.util.List;

/** RAM, as the slots of its chunks. Immutable. */
record RamBlock(long guestAddress, long length, List<GuestSlot> chunks) implements GuestRam {

    @Override
    public void close() {
        closeAll(chunks);
    }

    /** Closes all of them, and then throws the first thing that was said against one. */
    static void closeAll(List<? extends GuestSlot> slots) {
        DmaBufException first = null;
        for (GuestSlot slot : slots) {
            try {
                slot.close();
            } catch (DmaBufException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
