/** The real httpd with the configuration of {@code apache/httpd}, and what the tests and a benchmark need around it. */
@NullMarked
package dev.parley.apache;

import org.jspecify.annotations.NullMarked;
