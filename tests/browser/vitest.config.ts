// These tests stand outside web/ but use its packages: tests/ has no node_modules of its own.
import { fileURLToPath } from 'node:url'

const web = fileURLToPath(new URL('../../web', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

export default {
  root: web,
  resolve: { alias: { 'playwright-core': `${web}/node_modules/playwright-core/index.mjs` } },
  server: { fs: { allow: [web, here] } },
  test: {
    dir: here,
    include: ['**/*.test.ts'],
    environment: 'node',
    // One farm at a time: two cores drive a browser, a server, a hub and the printers.
    fileParallelism: false,
    // Each step of the job needs the ones before it.
    bail: 1,
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
}
