declare module "@jitsi/rnnoise-wasm/dist/rnnoise-sync.js" {
  export default function createModule(): unknown;
}
