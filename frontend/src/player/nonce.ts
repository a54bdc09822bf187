// media-chrome puts <style> into its shadow roots; the build gives each the page's nonce (vite.config.ts), read here.
declare global {
  // eslint-disable-next-line no-var
  var stoaNonce: string;
}

globalThis.stoaNonce = document.querySelector<HTMLElement>("stoa-player")?.nonce ?? "";

export {};
