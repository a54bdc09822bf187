import { defineConfig } from "vite";

// One build for the whole site. Entries are named in templates by {% vite_asset "src/….ts" %}.
export default defineConfig({
  base: "/static/",
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { input: { site: "src/site.ts", room: "src/room/main.ts" } },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
