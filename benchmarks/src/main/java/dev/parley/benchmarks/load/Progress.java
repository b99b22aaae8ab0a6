package dev.parley.benchmarks.load;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;

/** One line on the terminal that says what is going on and how far it is; a line each where there is no terminal. */
final class Progress {
    private static final int WIDTH = 24;
    private static final int LINE = 100;

    private final PrintStream out;
    private final boolean terminal;
    private String last = "";

    Progress(PrintStream out) {
        this.out = out;
        this.terminal =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** Says how far it is, 0 to 1. */
    void show(String what, double share, String detail) {
        if (!terminal) {
            if (!what.equals(last)) {
                out.println("parley: " + what + (detail.isEmpty() ? "" : ", " + detail));
                last = what;
            }
            return;
        }
        int full = (int) Math.round(Math.clamp(share, 0, 1) * WIDTH);
        String line = String.format(
                Locale.ROOT,
                "%-12s [%s%s] %3.0f %%  %s",
                what,
                "=".repeat(full),
                " ".repeat(WIDTH - full),
                100 * Math.clamp(share, 0, 1),
                detail);
        out.print("\r" + String.format(Locale.ROOT, "%-" + LINE + "s", line));
        out.flush();
        last = what;
    }

    /** Ends the line, and says something that stays. */
    void say(String text) {
        if (terminal && !last.isEmpty()) {
            out.print("\r" + " ".repeat(LINE) + "\r");
            last = "";
        }
        out.println("parley: " + text);
    }
}
