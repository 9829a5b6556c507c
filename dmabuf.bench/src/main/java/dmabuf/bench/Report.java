package dmabuf.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;

/**
 * All that one run has found, as it is in the JSON.
 *
 * @param date when
 * @param machine where
 * @param effort how long; on an emulated processor, what was made of it
 * @param results the table
 * @param curves the plots; empty where only some rows were asked for
 */
record Report(String date, Machine machine, Effort effort, List<Result> results, List<Curve> curves) {

    /** NaN is a value here: what was not measured. */
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().serializeSpecialFloatingPointValues().create();

    static Report of(Machine machine, Effort effort, List<Result> results, List<Curve> curves) {
        return new Report(LocalDate.now().toString(), machine, effort, results, curves);
    }

    Judge judge() {
        return new Judge(machine, effort);
    }

    /** Whether every row has a result, and a good one where that is judged. */
    boolean holds() {
        return results.stream().noneMatch(judge()::misses);
    }

    void write(Path json) throws IOException {
        Files.writeString(json, GSON.toJson(this) + "\n");
    }

    static Report read(Path json) throws IOException {
        try (Reader in = Files.newBufferedReader(json)) {
            Report report = GSON.fromJson(in, Report.class);
            if (report == null || report.machine() == null || report.effort() == null
                    || report.results() == null || report.curves() == null) {
                throw new IOException(json + " is not what bench --json has written");
            }
            return report;
        } catch (JsonParseException e) {
            throw new IOException(json + " is not what bench --json has written: " + e.getMessage(), e);
        }
    }
}
