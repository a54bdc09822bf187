import { readFileSync, readdirSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** The icons that templates name, in one file: `{% icon "video" %}` reads it. Lucide, ISC. */
function icons(): Plugin {
  return {
    name: "stoa-icons",
    generateBundle() {
      const names = JSON.parse(readFileSync("icons.json", "utf8")) as string[];
      const bodies = names.map((name) => {
        const svg = readFileSync(`node_modules/lucide-static/icons/${name}.svg`, "utf8");
        return [name, svg.replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, "").trim().replace(/\s*\n\s*/g, " ")];
      });
      const licence = readFileSync("node_modules/lucide-static/LICENSE", "utf8");
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(Object.fromEntries(bodies)) });
      this.emitFile({ type: "asset", fileName: "licences/lucide.txt", source: licence });
    },
  };
}

/** The model of the background blur and its WebAssembly, loaded only by who switches it on. Apache-2.0. */
function effects(): Plugin {
  const from = "node_modules/@mediapipe/selfie_segmentation";
  return {
    name: "stoa-effects",
    generateBundle() {
      for (const name of readdirSync(from).filter((file) => file.startsWith("selfie_segmentation")))
        this.emitFile({ type: "asset", fileName: `effects/selfie/${name}`, source: readFileSync(`${from}/${name}`) });
    },
  };
}

/** The faces of certificates, embedded in their PDF: a server has no Chinese font of its own. Noto Serif SC, OFL-1.1. */
function fonts(): Plugin {
  const from = "node_modules/@expo-google-fonts/noto-serif-sc";
  return {
    name: "stoa-fonts",
    generateBundle() {
      for (const weight of ["400Regular", "700Bold"]) {
        const source = readFileSync(`${from}/${weight}/NotoSerifSC_${weight}.ttf`);
        this.emitFile({ type: "asset", fileName: `fonts/noto-serif-sc-${weight.slice(0, 3)}.ttf`, source });
      }
      const licence = readFileSync(`${from}/LICENSE_FONT`, "utf8");
      this.emitFile({ type: "asset", fileName: "licences/noto-serif-sc.txt", source: licence });
    },
  };
}

/** media-chrome writes <style> into shadow roots: with the page's nonce the Content-Security-Policy lets them. */
function nonces(): Plugin {
  return {
    name: "stoa-nonces",
    transform(code, id) {
      if (!/media-chrome\/dist\/.*\.js$/.test(id) || !code.includes("<style>")) return null;
      return { code: code.replaceAll("<style>", '<style nonce="${globalThis.stoaNonce}">'), map: null };
    },
  };
}

// One build for the whole site. Entries are named in templates by {% vite_asset "src/….ts" %}.
export default defineConfig({
  base: "/static/",
  plugins: [icons(), effects(), fonts(), nonces()],
  worker: { format: "iife" },
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    rollupOptions: { input: { site: "src/site.ts", room: "src/room/main.ts", player: "src/player/main.ts", reports: "src/reports.ts" } },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
