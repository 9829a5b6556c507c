package dmabuf.sim;

/** What a driver keeps beside an object, in the place of its struct around {@code struct drm_gem_object}. */
interface DriverObject {

    /** A driver that needs no more than the object itself. */
    DriverObject NOTHING = () -> {};

    /** The object is gone, and its memory with it. Called once, with no lock held. */
    void freed();
}
