import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: [
      // Needs httpd and coturn as well: see apache/pom.xml.
      'apache/**',
      // What libwebrtc does is the same over every I/O layer and with every cipher, and takes the machine for itself; what
      // is sent over a narrow link is decided above them.
      ...(process.env['E2E_IO'] ? ['**/native.test.ts', '**/termination.test.ts', '**/links.test.ts', '**/layers.test.ts'] : []),
    ],
    environment: 'node',
    reporters: ['verbose'],
    // All browsers share the machine: one call at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
