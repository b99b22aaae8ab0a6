/**
 * Native peers: libwebrtc in this JVM, by webrtc-java, which decodes and encodes where the rest of Parley forwards. The only
 * package that names {@code dev.onvoid}, and it is loaded only when it is used. Embedders use {@code NativeParticipant}, and
 * everything here that is public. Engine ring; as a native participant is in its room like any embedder's, it may use
 * {@code Room} and {@code Participant}.
 */
@NullMarked
package dev.parley.sfu.nativepeer;

import org.jspecify.annotations.NullMarked;
