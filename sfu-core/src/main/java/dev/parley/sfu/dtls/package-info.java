/** What a peer sees of DTLS-SRTP (RFC 5764): certificate, fingerprint, keys and a transport. Protocol ring: Sans-IO. */
@NullMarked
package dev.parley.sfu.dtls;

import org.jspecify.annotations.NullMarked;
