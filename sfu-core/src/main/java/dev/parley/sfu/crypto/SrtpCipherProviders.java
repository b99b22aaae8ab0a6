package dev.parley.sfu.crypto;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which provider serves which profile, decided once at start: the first in the order ipsec-mb, OpenSSL, JDK that is there
 * and gives the known answer. The order is that of measurements; a timing on the spot overrules it only between native
 * libraries and only at a factor of two ({@link CipherTiming} has the reasons). Its methods may be called by any thread.
 */
public final class SrtpCipherProviders implements SrtpCipherProvider {
    /** The choice that leaves it to this class. */
    public static final String AUTO = "auto";

    /** What may be chosen. */
    public static final List<String> CHOICES =
            List.of(AUTO, IpsecMbSrtpCipherProvider.NAME, OpenSslSrtpCipherProvider.NAME, JdkSrtpCipherProvider.NAME);

    /**
     * A provider that was looked for.
     *
     * @param absence why there is none, or empty
     */
    record Candidate(String name, @Nullable SrtpCipherProvider provider, String absence) {
        static Candidate of(SrtpCipherProvider provider) {
            return new Candidate(provider.name(), provider, "");
        }
    }

    /** Looks for a provider on this machine. */
    @FunctionalInterface
    private interface Loader {
        SrtpCipherProvider load() throws UnavailableException;
    }

    private final String choice;
    private final Map<SrtpProfile, SrtpCipherProvider> chosen = new EnumMap<>(SrtpProfile.class);
    private final List<String> passedOver = new ArrayList<>();

    private SrtpCipherProviders(String choice) {
        this.choice = choice;
    }

    /**
     * Tries what this machine has. The first foreign calls of a JVM take it 200 ms to prepare, the timing a tenth of that.
     *
     * @param choice one of {@link #CHOICES}; what a provider chosen by name has no cipher for, the next in order serves
     * @param clockNs a monotonic clock
     * @throws IllegalArgumentException if the provider chosen by name cannot be used; the message says how to mend it
     */
    public static SrtpCipherProviders select(String choice, LongSupplier clockNs) {
        return select(
                choice,
                List.of(
                        candidate(IpsecMbSrtpCipherProvider.NAME, IpsecMbSrtpCipherProvider::load),
                        candidate(OpenSslSrtpCipherProvider.NAME, OpenSslSrtpCipherProvider::load),
                        Candidate.of(new JdkSrtpCipherProvider())),
                clockNs);
    }

    private static Candidate candidate(String name, Loader loader) {
        try {
            return Candidate.of(loader.load());
        } catch (UnavailableException e) {
            return new Candidate(name, null, String.valueOf(e.getMessage()));
        }
    }

    static SrtpCipherProviders select(String choice, List<Candidate> inOrder, LongSupplier clockNs) {
        if (!CHOICES.contains(choice)) {
            throw new IllegalArgumentException("crypto must be one of " + CHOICES + ", got " + choice);
        }
        SrtpCipherProviders selection = new SrtpCipherProviders(choice);
        // Everything before the one chosen by name is out of the question.
        List<Candidate> considered = inOrder.stream()
                .dropWhile(
                        candidate -> !choice.equals(AUTO) && !candidate.name().equals(choice))
                .toList();
        for (SrtpProfile profile : SrtpProfile.values()) {
            selection.choose(profile, considered, clockNs);
        }
        if (!choice.equals(AUTO)
                && selection.chosen.values().stream()
                        .noneMatch(any -> any.name().equals(choice))) {
            throw new IllegalArgumentException("crypto: " + choice + " cannot be used: "
                    + String.join("; ", selection.passedOver) + ". Mend this, or set crypto to auto");
        }
        return selection;
    }

    private void choose(SrtpProfile profile, List<Candidate> considered, LongSupplier clockNs) {
        List<SrtpCipherProvider> usable = new ArrayList<>();
        for (Candidate candidate : considered) {
            SrtpCipherProvider provider = candidate.provider();
            if (provider == null) {
                passOver(candidate.name(), null, candidate.absence());
            } else if (!provider.supports(profile)) {
                passOver(candidate.name(), profile, "it has no cipher for it");
            } else if (!SrtpCipherSelfTest.passes(provider, profile)) {
                passOver(candidate.name(), profile, "it failed the known answer");
            } else {
                usable.add(provider);
            }
        }
        if (usable.isEmpty()) {
            throw new IllegalStateException("no provider has ciphers for " + profile + ": " + passedOver);
        }
        SrtpCipherProvider best = usable.getFirst();
        if (choice.equals(AUTO) && usable.size() > 1) {
            best = fastest(profile, usable, clockNs);
        }
        chosen.put(profile, best);
    }

    private SrtpCipherProvider fastest(SrtpProfile profile, List<SrtpCipherProvider> usable, LongSupplier clockNs) {
        List<SrtpCipherProvider> timed = usable.stream()
                .filter(provider -> !provider.name().equals(JdkSrtpCipherProvider.NAME))
                .toList();
        if (timed.size() < 2) {
            return usable.getFirst();
        }
        long[] bestNs = CipherTiming.bestNsPerPacket(timed, profile, clockNs);
        int best = CipherTiming.winner(bestNs);
        for (int window = 1; best != 0 && window < CipherTiming.OVERRULING_WINDOWS; window++) {
            bestNs = CipherTiming.bestNsPerPacket(timed, profile, clockNs);
            best = CipherTiming.winner(bestNs);
        }
        for (int i = 0; i < bestNs.length; i++) {
            if (i != best) {
                passOver(
                        timed.get(i).name(),
                        profile,
                        bestNs[i] + " ns a packet at start, " + timed.get(best).name() + " takes " + bestNs[best]);
            }
        }
        return timed.get(best);
    }

    private void passOver(String name, @Nullable SrtpProfile profile, String reason) {
        String text = name + (profile == null ? "" : " for " + profile) + ": " + reason;
        if (!passedOver.contains(text)) {
            passedOver.add(text);
        }
    }

    /** The names of the providers in use. */
    @Override
    public String name() {
        return String.join(
                "+",
                chosen.values().stream()
                        .map(SrtpCipherProvider::name)
                        .distinct()
                        .toList());
    }

    @Override
    public String version() {
        return String.join(
                "+",
                chosen.values().stream()
                        .map(SrtpCipherProvider::version)
                        .distinct()
                        .toList());
    }

    @Override
    public boolean supports(SrtpProfile profile) {
        return true;
    }

    @Override
    public SrtpCipher create(SrtpSessionKeys keys, SrtpCipher.Direction direction) {
        return serving(keys.profile()).create(keys, direction);
    }

    /** The provider that serves a profile. */
    public SrtpCipherProvider serving(SrtpProfile profile) {
        SrtpCipherProvider provider = chosen.get(profile);
        if (provider == null) {
            throw new IllegalStateException("nothing was chosen for " + profile);
        }
        return provider;
    }

    /** For the log: which provider serves which profile, and why others do not. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("crypto=").append(choice);
        chosen.forEach((profile, provider) -> text.append(' ')
                .append(profile)
                .append('=')
                .append(provider.name())
                .append('/')
                .append(provider.version()));
        return text.append(" passed_over=\"")
                .append(String.join("; ", passedOver))
                .append('"')
                .toString();
    }
}
