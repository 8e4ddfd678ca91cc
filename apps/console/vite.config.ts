import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressAssets } from './compress-assets.ts';

/** Where `vite dev` finds a plane. */
const PLANE = process.env['BINNACLE_URL'] ?? 'http://localhost:7420';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressAssets()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    // Read by scripts/first-load.mjs.
    manifest: true,
    target: 'es2022',
    // The server's policy allows no `data:` fonts or scripts; every asset is a file.
    assetsInlineLimit: 0,
    rolldownOptions: {
      treeshake: {
        // To make a schema changes nothing else: one that is not used stays out, in modules that are used too.
        manualPureFunctions: ['z'],
        // Our own packages only declare: whatever of them a page does not use stays out of it.
        moduleSideEffects: [{ test: /[\\/]libs[\\/][a-z]+[\\/]dist[\\/]/, sideEffects: false }],
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: PLANE, changeOrigin: true },
      '/socket.io': { target: PLANE, changeOrigin: true, ws: true },
    },
  },
});
