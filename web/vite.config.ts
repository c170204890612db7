import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import phone from "./package.json" with { type: "json" };
import { embedding } from "./vite-embedding.ts";
import { iconPaths } from "./vite-icon-paths.ts";
import { serviceWorker } from "./vite-service-worker.ts";
import { weight } from "./vite-weight.ts";

export default defineConfig({
  plugins: [iconPaths(), react(), serviceWorker(), embedding(), weight()],
  define: { __PHONE_VERSION__: JSON.stringify(phone.version) },
  build: {
    // The server's content security policy knows no data: addresses.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What the pages share is one file, not a dozen of a few hundred bytes, each of which the first paint waits for.
        codeSplitting: { groups: [{ name: "shared", minShareCount: 2, test: /\.(tsx?|svg\?paths|js)$/ }] },
      },
    },
    // Our own limit is one for all files together: `vite-weight.ts`.
    chunkSizeWarningLimit: 1000,
  },
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["import"] } } },
  server: {
    proxy: {
      "/ws": { target: "ws://localhost:8080", ws: true },
      "/server.json": "http://localhost:8080",
      "/api": "http://localhost:8080",
    },
  },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:8080/" } },
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
    // A window and the modules of its own for each file would take three quarters of the time; `test-setup.ts` tidies up between tests.
    isolate: false,
    // A deadline for what hangs, on machines of any speed.
    testTimeout: 20_000,
  },
});
