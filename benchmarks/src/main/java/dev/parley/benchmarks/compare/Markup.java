package dev.parley.benchmarks.compare;

import java.util.Locale;

/** Pieces of XML. */
final class Markup {
    /** Of drawings, in light and in dark; a drawing that stands alone brings it along. */
    static final String PLOT_STYLE = """
            :root{--ground:#ffffff;--text:#1c2330;--soft:#5b6576;--grid:#dfe3ea;--c1:#1f6feb;--c2:#c2410c;--c3:#15803d;--c4:#7c3aed}
            @media (prefers-color-scheme:dark){:root{--ground:#12161d;--text:#e6e9ef;--soft:#9aa5b5;--grid:#2c3442;--c1:#6ea8fe;--c2:#fb923c;--c3:#4ade80;--c4:#c4b5fd}}
            .plot{width:100%;height:auto;font-family:system-ui,sans-serif}.ground{fill:var(--ground)}
            .plot text{fill:var(--text);font-size:12px}.plot .tick,.plot .axis{fill:var(--soft)}.plot .head{font-size:14px;font-weight:600}
            .grid{stroke:var(--grid);stroke-width:1}.line{fill:none;stroke-width:2}.spread{stroke-width:2;opacity:.55}.dot{stroke:var(--ground);stroke-width:1}
            .c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}.c4{stroke:var(--c4)}
            .dot.c1,.plot .f1{fill:var(--c1)}.dot.c2,.plot .f2{fill:var(--c2)}.dot.c3,.plot .f3{fill:var(--c3)}.dot.c4,.plot .f4{fill:var(--c4)}
            .quartiles{stroke:var(--text);stroke-width:2}
            .line.c1,.line.c2,.line.c3,.line.c4{fill:none}
            """;

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
