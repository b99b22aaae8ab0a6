package dev.parley.sfu.crypto;

/** Where native memory comes from; a seam, so that tests can look at what is given back. */
interface NativeHeap {
    /** Alignment of what is allocated, in bytes: that of the expanded keys of vectorised ciphers. */
    int ALIGNMENT = 64;

    /** Memory of unknown content. */
    long allocate(long bytes);

    void free(long address);
}
