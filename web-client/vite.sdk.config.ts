import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    outDir: 'dist-sdk',
    copyPublicDir: false,
    minify: false,
    sourcemap: true,
    lib: { entry: 'src/sdk/index.ts', formats: ['es'], fileName: 'parley' },
  },
});
