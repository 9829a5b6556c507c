package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AptSourcesTest {

    private static final String BOOKWORM =
            """
            'http://mirror.example/debian/dists/bookworm/InRelease' mirror.example_debian_dists_bookworm_InRelease 0
            'http://mirror.example/debian/dists/bookworm-updates/InRelease' mirror.example_x_InRelease 0
            'http://security.example/debian-security/dists/bookworm-security/InRelease' security.example_x_InRelease 0
            'https://vendor.example/apt/dists/vendor-bookworm/InRelease' vendor.example_x_InRelease 0
            'https://flat.example/apt/./InRelease' flat.example_x_InRelease 0
            'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' mirror.example_x_Packages 0
            """;

    @Test
    void ownReleaseAndItsBackportsAreTaken() {
        AptSources sources = AptSources.of(BOOKWORM, "bookworm").orElseThrow();

        assertEquals(
                """
                deb http://mirror.example/debian bookworm main
                deb http://mirror.example/debian bookworm-updates main
                deb http://security.example/debian-security bookworm-security main
                deb http://mirror.example/debian bookworm-backports main
                """,
                sources.list(Optional.empty()));
        assertEquals("bookworm-backports", sources.kernelSuite());
    }

    @Test
    void backportsThatAreThereAreNotListedTwice() {
        String with = BOOKWORM + "'http://mirror.example/debian/dists/bookworm-backports/InRelease' x 0\n";

        String list = AptSources.of(with, "bookworm").orElseThrow().list(Optional.empty());

        assertEquals(4, list.lines().count(), list);
    }

    @Test
    void laterReleaseHasItsOwnKernel() {
        AptSources sources =
                AptSources.of("'http://mirror.example/debian/dists/trixie/InRelease' x 0\n", "trixie").orElseThrow();

        assertEquals("trixie", sources.kernelSuite());
        assertEquals("deb http://mirror.example/debian trixie main\n", sources.list(Optional.empty()));
    }

    @Test
    void releaseMayBeNamedByItsRole() {
        String uris = "'http://mirror.example/debian/dists/oldstable/InRelease' x 0\n";

        assertEquals(
                """
                deb [signed-by=/keys/a.gpg] http://mirror.example/debian oldstable main
                deb [signed-by=/keys/a.gpg] http://mirror.example/debian bookworm-backports main
                """,
                AptSources.of(uris, "bookworm").orElseThrow().list(Optional.of("/keys/a.gpg")));
    }

    @Test
    void machineWithoutASourceOfItsReleaseHasNone() {
        assertEquals(Optional.empty(), AptSources.of("'https://vendor.example/apt/dists/any/InRelease' x 0\n", "bookworm"));
        assertEquals(Optional.empty(), AptSources.of("", "bookworm"));
    }
}
