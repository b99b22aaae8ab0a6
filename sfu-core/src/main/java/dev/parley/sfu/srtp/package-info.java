/** SRTP and SRTCP (RFC 3711, RFC 7714): one key and one direction a context. Protocol ring: Sans-IO. */
@NullMarked
package dev.parley.sfu.srtp;

import org.jspecify.annotations.NullMarked;
