import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds a running server.
const server = process.env['PARLEY_SERVER'] ?? 'http://localhost:8080';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // The server's Content-Security-Policy allows no data: scripts or styles, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: {
    proxy: {
      '/ws': { target: server, ws: true },
      '/whip': server,
      '/whep': server,
    },
  },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    environment: 'node',
    // Tests take milliseconds; this is for machines that build something else at the same time.
    testTimeout: 20_000,
  },
});
