package dmabuf.demo;

/** A numbered, titled paragraph in lines that fit into 80 columns; a word that does not fit into any stands alone. */
final class Paragraph {

    private static final int COLUMNS = 80;
    private static final String INDENT = " ".repeat(15);

    private Paragraph() {}

    /** Each of the sentences begins a line of its own. */
    static String of(int step, String title, String... sentences) {
        StringBuilder text = new StringBuilder();
        String margin = "%2d  %-9s  ".formatted(step, title);
        for (String sentence : sentences) {
            appendWrapped(text, margin, sentence);
            margin = INDENT;
        }
        return text.toString();
    }

    private static void appendWrapped(StringBuilder text, String margin, String sentence) {
        StringBuilder line = new StringBuilder(margin);
        boolean empty = true;
        for (String word : sentence.split(" ")) {
            if (!empty && line.length() + 1 + word.length() > COLUMNS) {
                text.append(line).append('\n');
                line.setLength(0);
                line.append(INDENT);
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        text.append(line).append('\n');
    }
}
