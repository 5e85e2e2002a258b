import { defineConfig } from "vitest/config";

/** Tests run on what `tsc` emitted, so that they exercise the very files that ship (worker threads included). */
export default defineConfig({
  test: {
    include: ["dist/**/*.test.js"],
    pool: "forks",
    maxWorkers: 2,
    // Some tests load the runtime itself; ours keep its reports off by themselves, which test/nothing-leaves watches.
    // Children speak English unless a test asks for another language, whatever the developer's locale is.
    env: { ORT_DISABLE_TELEMETRY: "1", LC_ALL: "en_US.UTF-8" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ["dist/src/**"], exclude: ["**/*.test.js"] },
  },
});
