/** Where server and clients meet: namespaces of their own, a rate limit, and a path that loses, delays and jitters. */
@NullMarked
package dev.parley.benchmarks.network;

import org.jspecify.annotations.NullMarked;
