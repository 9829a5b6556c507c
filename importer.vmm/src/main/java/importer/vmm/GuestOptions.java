package importer.vmm;

import java.util.Objects;

/** What a guest's memory shall be. Immutable; start from {@link #named}. */
public final class GuestOptions {

    private final String name;
    private final KvmUse kvm;
    private final int slotLimit;

    private GuestOptions(String name, KvmUse kvm, int slotLimit) {
        this.name = Objects.requireNonNull(name, "name");
        this.kvm = Objects.requireNonNull(kvm, "kvm");
        this.slotLimit = slotLimit;
    }

    /**
     * Asks for KVM where there is one, and as many slots as that has.
     *
     * @param name for messages and listings
     * @return the options
     */
    public static GuestOptions named(String name) {
        return new GuestOptions(name, KvmUse.AUTO, Integer.MAX_VALUE);
    }

    /**
     * Says whether slots are those of KVM.
     *
     * @param use the rule, {@link KvmUse#AUTO} if never called
     * @return options that differ in this only
     */
    public GuestOptions kvm(KvmUse use) {
        return new GuestOptions(name, use, slotLimit);
    }

    /**
     * Keeps slots back: those with this number and higher ones are somebody else's in the same virtual machine.
     *
     * @param slots how many may be used, 1 or more; never more than KVM has
     * @return options that differ in this only
     * @throws IllegalArgumentException for less than 1
     */
    public GuestOptions slotLimit(int slots) {
        if (slots < 1) {
            throw new IllegalArgumentException("a guest has at least one slot, and not " + slots);
        }
        return new GuestOptions(name, kvm, slots);
    }

    /**
     * Gives the name.
     *
     * @return for messages
     */
    public String name() {
        return name;
    }

    /**
     * Tells whether slots are those of KVM.
     *
     * @return the rule
     */
    public KvmUse kvm() {
        return kvm;
    }

    /**
     * Tells how many slots may be used.
     *
     * @return {@link Integer#MAX_VALUE} for all
     */
    public int slotLimit() {
        return slotLimit;
    }
}
