package dev.parley.benchmarks.compare;

import java.util.Locale;

/** Pieces of XML. */
final class Markup {
    private Markup() {}

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @SuppressWarnings("AnnotateFormatMethod") // The annotation would be one more library.
    static String format(String template, Object... values) {
        return String.format(Locale.ROOT, template, values);
    }

    /** A number with as many digits as tell something. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value)) {
            return format("%,.0f", value);
        }
        return format(size >= 10 ? "%.1f" : "%.2f", value);
    }
}
