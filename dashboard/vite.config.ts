import { defineConfig } from 'vite';

export default defineConfig({
  base: '/',
  // The same page whoever builds it: under a test runner NODE_ENV would ask for the development build, with paths of this machine.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    outDir: 'built',
    assetsDir: 'assets',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing inline: the policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
