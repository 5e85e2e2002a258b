import { defineConfig } from "vitest/config";

/** Tests run on what `tsc` emitted, so that they exercise the very files that ship (worker threads included). */
export default defineConfig({
  test: {
    include: ["dist/**/*.test.js"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ["dist/src/**"], exclude: ["**/*.test.js"] },
  },
});
