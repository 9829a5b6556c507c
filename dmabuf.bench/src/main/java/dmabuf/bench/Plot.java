package dmabuf.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/** A curve as a picture in SVG, with both axes logarithmic: a straight line at 45 degrees is a cost that grows as what there is. */
final class Plot {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 320;
    private static final int LEFT = 80;
    private static final int RIGHT = 24;
    private static final int TOP = 44;
    private static final int BOTTOM = 52;

    private final Curve curve;
    private final StringBuilder svg = new StringBuilder();
    private final Axis across;
    private final Axis up;

    private Plot(Curve curve) {
        this.curve = curve;
        across = Axis.over(curve.points().stream().map(Curve.Point::x).toList(), LEFT, WIDTH - RIGHT);
        up = Axis.over(curve.points().stream().map(Curve.Point::nanos).toList(), HEIGHT - BOTTOM, TOP);
    }

    static String svg(Curve curve) {
        return new Plot(curve).draw();
    }

    private String draw() {
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">", WIDTH, HEIGHT);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        add("<text x=\"%d\" y=\"24\" font-size=\"14\" fill=\"#222222\">%s</text>", LEFT, escaped(curve.title()));
        for (double tick : up.ticks()) {
            add("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>", LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick));
            label(LEFT - 8, up.at(tick) + 4, "end", Unit.NANOS.text(tick).replace(".00", "").replace(".0", ""));
        }
        DoubleFunction<String> text = curve.x().equals("bytes") ? Plot::bytes : value -> String.format(Locale.ROOT, "%,.0f", value);
        for (Curve.Point point : curve.points()) {
            label(across.at(point.x()), HEIGHT - BOTTOM + 18, "middle", text.apply(point.x()));
        }
        label((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 12, "middle", curve.x());
        StringBuilder line = new StringBuilder();
        for (Curve.Point point : curve.points()) {
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", across.at(point.x()), up.at(point.nanos())));
        }
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"#1f6fb2\" stroke-width=\"2\"/>", line.toString().strip());
        for (Curve.Point point : curve.points()) {
            add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"#1f6fb2\"><title>%s: %s</title></circle>",
                    across.at(point.x()), up.at(point.nanos()), text.apply(point.x()), Unit.NANOS.text(point.nanos()));
        }
        add("</svg>");
        return svg.toString();
    }

    private void label(double x, double y, String anchor, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#444444\">%s</text>", x, y, anchor, escaped(text));
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static String bytes(double value) {
        return value >= 1 << 30 ? Math.round(value / (1 << 30)) + " GiB"
                : value >= 1 << 20 ? Math.round(value / (1 << 20)) + " MiB" : Math.round(value / 1024) + " KiB";
    }

    /** Powers of ten between two places of the picture. */
    private record Axis(double least, double most, double from, double to) {

        static Axis over(List<Double> values, double from, double to) {
            double least = values.stream().min(Double::compare).orElse(1.0);
            double most = values.stream().max(Double::compare).orElse(10.0);
            return from > to
                    // The vertical axis ends at whole powers of ten, so that a flat curve looks flat.
                    ? new Axis(Math.floor(Math.log10(least)), Math.max(Math.ceil(Math.log10(most)), Math.floor(Math.log10(least)) + 1), from, to)
                    : new Axis(Math.log10(least), Math.max(Math.log10(most), Math.log10(least) + 1), from, to);
        }

        double at(double value) {
            return from + (Math.log10(value) - least) / (most - least) * (to - from);
        }

        List<Double> ticks() {
            return java.util.stream.IntStream.rangeClosed((int) least, (int) most).mapToObj(power -> Math.pow(10, power)).toList();
        }
    }
}
