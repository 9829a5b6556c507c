package dmabuf.guest;

/** Where the lane says what it is at. Used from one thread at a time. */
public interface Progress {

    /** Says nothing. */
    Progress SILENT = what -> new Step() {
        @Override
        public void detail(String text) {}

        @Override
        public void done(String result) {}

        @Override
        public void close() {}
    };

    /**
     * Begins a step. One step is under way at a time.
     *
     * @param what what begins, in a few words: {@code fetch packages}
     * @return the step, to be closed
     */
    Step begin(String what);

    /** A step under way. One that is closed before it is done has failed. */
    interface Step extends AutoCloseable {

        /**
         * Says how far it is, as often as one likes.
         *
         * @param text a few words
         */
        void detail(String text);

        /**
         * Ends the step well.
         *
         * @param result what came of it, in a few words; may be empty
         */
        void done(String result);

        @Override
        void close();
    }
}
