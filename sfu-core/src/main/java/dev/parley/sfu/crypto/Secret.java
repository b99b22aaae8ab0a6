package dev.parley.sfu.crypto;

/** Something that holds key material, and overwrites it when it is closed. */
interface Secret extends AutoCloseable {
    @Override
    void close();
}
