package dmabuf.core;

import java.util.Locale;

/** What to do with a mapping whose cache attribute differs from that of another live mapping of the same buffer. */
public enum AliasPolicy {
    /** Refuse it. */
    REFUSE,
    /** Make it, and say so in the log. */
    WARN,
    /** Make it. */
    ALLOW;

    /** Reads the configuration's spelling; IllegalArgumentException for anything else. */
    static AliasPolicy ofConfiguration(String word) {
        for (AliasPolicy policy : values()) {
            if (policy.name().toLowerCase(Locale.ROOT).equals(word)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("aliasing is \"" + word + "\", and may be refuse, warn or allow");
    }
}
