/** SRTP key derivation and the ciphers under SRTP, behind one interface for several providers. Foundation ring. */
@NullMarked
package dev.parley.sfu.crypto;

import org.jspecify.annotations.NullMarked;
