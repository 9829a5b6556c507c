package dmabuf.display.impl;

import java.util.function.Function;

/**
 * Keeps the service of a screen in line with whether the screen is there. One thread does the work, with no lock held; who comes meanwhile
 * leaves a note.
 */
final class Publication {

    private final Screen screen;
    private final Function<Screen, Runnable> register;
    private boolean busy;
    private boolean dirty;
    /** Withdraws the service. Only touched by the one who is busy. */
    private Runnable unregister;

    /** @param register makes a screen a service, and gives what withdraws it again */
    Publication(Screen screen, Function<Screen, Runnable> register) {
        this.screen = screen;
        this.register = register;
    }

    void update() {
        synchronized (this) {
            dirty = true;
            if (busy) {
                return;
            }
            busy = true;
        }
        while (true) {
            synchronized (this) {
                if (!dirty) {
                    busy = false;
                    return;
                }
                dirty = false;
            }
            align();
        }
    }

    private void align() {
        boolean present = screen.isPresent();
        if (present && unregister == null) {
            unregister = register.apply(screen);
        } else if (!present && unregister != null) {
            unregister.run();
            unregister = null;
        }
    }
}
