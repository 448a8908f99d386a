import { defineConfig } from 'vitest/config';

/** `npm run test:browser`: needs a Chromium (CHROMIUM, else /usr/bin/chromium) and, for the whole product, a build. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
