import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    dir: import.meta.dirname,
    include: ['**/*.test.ts'],
    // Needs httpd and coturn as well: see apache/pom.xml.
    exclude: ['apache/**'],
    environment: 'node',
    reporters: ['verbose'],
    // All browsers share the machine: one call at a time.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
