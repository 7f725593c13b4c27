import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { excalidraw } from './excalidraw.ts'

const EVAL = 'return eval(str)'

/** Remove the only `eval` in htmx. Our Content Security Policy forbids it, and it prevents minification of names. */
function withoutEval(): Plugin {
  return {
    name: 'without-eval',
    transform(code, id) {
      if (!id.includes('/htmx.org/')) return null
      if (!code.includes(EVAL)) this.error('htmx has changed. Find out where it uses eval now and update EVAL.')
      return { code: code.replace(EVAL, 'throw new Error("eval is off")'), map: null }
    },
  }
}

// The output goes where Django serves it. File names contain a hash; django-vite finds them through the manifest.
export default defineConfig({
  base: '/static/build/',
  plugins: [excalidraw(), react(), withoutEval()],
  build: {
    manifest: 'manifest.json',
    outDir: '../static/build',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { site: 'src/entries/site.ts', map: 'src/entries/map.tsx', storyboard: 'src/entries/storyboard.tsx' },
    },
  },
  test: {
    environment: 'jsdom',
    // One environment for all files, one after another: making one for each takes five times as long as the tests.
    isolate: false,
    fileParallelism: false,
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 30_000, // against hanging only: lint runs other checks beside the tests
    hookTimeout: 30_000,
    coverage: {
      include: ['src/{store,sync,commands,layout}/**/*.ts', 'src/model/fractionalIndex.ts'],
      exclude: ['**/testing/**', '**/*.test.ts'],
      reporter: ['text-summary'],
      // Code that could lose user data is covered to the last branch.
      thresholds: {
        'src/{store,sync}/**': { branches: 100, lines: 100 },
        'src/model/fractionalIndex.ts': { branches: 100, lines: 100 },
        'src/commands/!(dropTarget|pointerDrop).ts': { branches: 95, lines: 95 },
        'src/commands/{dropTarget,pointerDrop}.ts': { branches: 80, lines: 95 }, // the rest is covered by browser tests
        'src/layout/**': { branches: 95, lines: 95 },
      },
    },
  },
})
