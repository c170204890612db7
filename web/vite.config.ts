import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { iconPaths } from "./vite-icon-paths.ts";

export default defineConfig({
  plugins: [iconPaths(), react()],
  build: {
    // The server's content security policy knows no data: addresses.
    assetsInlineLimit: 0,
    target: "es2022",
    modulePreload: { polyfill: false },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ["import"] } } },
  server: { proxy: { "/ws": { target: "ws://localhost:8080", ws: true }, "/server.json": "http://localhost:8080" } },
  test: {
    environment: "jsdom",
    environmentOptions: { jsdom: { url: "http://localhost:8080/" } },
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
  },
});
