import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Draws test-card.png, the picture that {@code dmabuf demo} shares: {@code java docs/TestCard.java docs/test-card.png}. */
public final class TestCard {

    private static final int WIDTH = 960;
    private static final int HEIGHT = 540;
    private static final Color NIGHT = new Color(0x10, 0x18, 0x28);
    private static final Color DUSK = new Color(0x1e, 0x33, 0x50);
    private static final Color LINE = new Color(0x3a, 0x55, 0x78);
    private static final Color PAPER = new Color(0xf4, 0xf1, 0xe8);
    private static final Color AMBER = new Color(0xff, 0xb0, 0x3b);
    private static final Color TEAL = new Color(0x3f, 0xc1, 0xb0);
    private static final Color CORAL = new Color(0xff, 0x6f, 0x61);
    /** The bars of EBU colour bars at 75 %, as every test card has them. */
    private static final int[] BARS = {0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf, 0x101010};

    private final Graphics2D g;

    private TestCard(Graphics2D g) {
        this.g = g;
    }

    /**
     * Draws the card into a file.
     *
     * @param arguments the file
     * @throws IOException when it cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        System.setProperty("java.awt.headless", "true");
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        new TestCard(g).draw();
        ImageIO.write(image, "png", Path.of(arguments[0]).toFile());
    }

    private void draw() {
        g.setPaint(new GradientPaint(0, 0, NIGHT, 0, HEIGHT, DUSK));
        g.fillRect(0, 0, WIDTH, HEIGHT);
        grid();
        g.setStroke(new BasicStroke(2.5f));
        g.setColor(LINE);
        g.draw(new Ellipse2D.Double(WIDTH / 2.0 - 245, HEIGHT / 2.0 - 245, 490, 490));
        bars(60, 48, WIDTH - 120, 74);
        text("dma-buf", WIDTH / 2, 190, Font.BOLD, 54, PAPER);
        text("one memory, many users, no copy", WIDTH / 2, 222, Font.PLAIN, 18, AMBER);
        sharing();
        ramp(60, HEIGHT - 98, WIDTH - 120, 34);
        wedges(60, HEIGHT - 56, WIDTH - 120, 18);
    }

    private void grid() {
        g.setStroke(new BasicStroke(1));
        g.setColor(new Color(0x2a, 0x40, 0x5e));
        for (int x = 30; x < WIDTH; x += 60) {
            g.drawLine(x, 0, x, HEIGHT);
        }
        for (int y = 30; y < HEIGHT; y += 60) {
            g.drawLine(0, y, WIDTH, y);
        }
        g.setColor(PAPER);
        for (int x = 0; x < WIDTH; x += 40) {
            g.fillRect(x, 0, 20, 8);
            g.fillRect(x + 20, HEIGHT - 8, 20, 8);
        }
    }

    private void bars(int x, int y, int width, int height) {
        int one = width / BARS.length;
        for (int i = 0; i < BARS.length; i++) {
            g.setColor(new Color(BARS[i]));
            g.fillRect(x + i * one, y, one, height);
        }
    }

    /** Three parties around the pages that they share. */
    private void sharing() {
        int y = 292;
        int pages = WIDTH / 2 - 126;
        for (int i = 0; i < 7; i++) {
            g.setColor(i % 2 == 0 ? AMBER : new Color(0xe8, 0x94, 0x1f));
            g.fill(new RoundRectangle2D.Double(pages + i * 36, y, 34, 44, 8, 8));
        }
        text("memory", WIDTH / 2, y + 66, Font.PLAIN, 15, PAPER);
        party("exporter", 116, y - 6, TEAL);
        party("bundle", 684, y - 48, CORAL);
        party("process", 684, y + 36, CORAL);
        arrow(276, y + 22, pages - 10, y + 22, TEAL);
        arrow(pages + 258, y + 14, 676, y - 20, CORAL);
        arrow(pages + 258, y + 30, 676, y + 64, CORAL);
    }

    private void party(String name, int x, int y, Color color) {
        RoundRectangle2D box = new RoundRectangle2D.Double(x, y, 160, 56, 16, 16);
        g.setColor(NIGHT);
        g.fill(box);
        g.setStroke(new BasicStroke(2.5f));
        g.setColor(color);
        g.draw(box);
        text(name, x + 80, y + 35, Font.BOLD, 20, PAPER);
    }

    private void arrow(double x, double y, double toX, double toY, Color color) {
        g.setColor(color);
        g.setStroke(new BasicStroke(3, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        double angle = Math.atan2(toY - y, toX - x);
        g.draw(new Line2D.Double(x, y, toX - 10 * Math.cos(angle), toY - 10 * Math.sin(angle)));
        Path2D head = new Path2D.Double();
        head.moveTo(toX, toY);
        head.lineTo(toX - 16 * Math.cos(angle - 0.45), toY - 16 * Math.sin(angle - 0.45));
        head.lineTo(toX - 16 * Math.cos(angle + 0.45), toY - 16 * Math.sin(angle + 0.45));
        head.closePath();
        g.fill(head);
    }

    /** From black to white, in steps that must all be told apart. */
    private void ramp(int x, int y, int width, int height) {
        int steps = 24;
        for (int i = 0; i < steps; i++) {
            int grey = 255 * i / (steps - 1);
            g.setColor(new Color(grey, grey, grey));
            g.fillRect(x + i * width / steps, y, width / steps + 1, height);
        }
    }

    /** Lines that get finer: a stride that is wrong by a pixel shows at once. */
    private void wedges(int x, int y, int width, int height) {
        g.setColor(PAPER);
        for (int i = 0, at = x; at < x + width; i++) {
            int thickness = Math.max(1, 12 - i / 6);
            g.fillRect(at, y, thickness, height);
            at += 2 * thickness;
        }
    }

    private void text(String text, int centre, int baseline, int style, int size, Color color) {
        g.setFont(new Font(Font.SANS_SERIF, style, size));
        FontMetrics metrics = g.getFontMetrics();
        g.setColor(color);
        g.drawString(text, centre - metrics.stringWidth(text) / 2, baseline);
    }
}
