import { defineConfig } from 'vitest/config';
import e2e from '../vitest.config.js';

/** Calls by way of httpd and coturn: the module `apache` runs them. */
export default defineConfig({ ...e2e, test: { ...e2e.test, dir: import.meta.dirname, exclude: [] } });
