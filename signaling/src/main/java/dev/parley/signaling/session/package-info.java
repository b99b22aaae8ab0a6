/** Sessions: who is in which room by signaling, for how long, and what they are told. Knows no wire format. */
@NullMarked
package dev.parley.signaling.session;

import org.jspecify.annotations.NullMarked;
