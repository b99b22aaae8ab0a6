package dev.parley.sfu.crypto;

import java.util.ArrayList;
import java.util.List;

/** The parts of a cipher in the making: if it fails halfway they are closed, and no key is left behind. */
final class CipherParts implements Secret {
    private final List<Secret> parts = new ArrayList<>();

    <T extends Secret> T add(T part) {
        parts.add(part);
        return part;
    }

    /** The cipher has taken over all parts. */
    SrtpCipher complete(SrtpCipher cipher) {
        parts.clear();
        return cipher;
    }

    @Override
    public void close() {
        parts.forEach(Secret::close);
        parts.clear();
    }
}
