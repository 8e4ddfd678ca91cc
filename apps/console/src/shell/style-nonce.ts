declare global {
  var __webpack_nonce__: string | undefined;
}

/** What the server put into the page for styles that scripts add: its policy refuses those without it. */
export const STYLE_NONCE = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// Read by `get-nonce`, which the scroll lock of Mantine's dialogs asks.
globalThis.__webpack_nonce__ = STYLE_NONCE;
