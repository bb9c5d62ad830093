// Holds the bundle to its size. Prints what a first view of each page costs over the wire (gzip) and
// fails when one is over. Usage: node tools/budget.mjs dist
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const first_view_bytes_max = 190 * 1024
const all_bytes_max = 600 * 1024

const folder = process.argv[2] ?? 'dist'
const assets = join(folder, 'assets')
const sizes = new Map()
for (const name of readdirSync(assets)) {
  if (!/\.(js|css)$/.test(name)) continue
  sizes.set(name, gzipSync(readFileSync(join(assets, name)), { level: 9 }).length)
}

// What index.html loads at once, followed through static imports.
const html = readFileSync(join(folder, 'index.html'), 'utf8')
const entries = [...html.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map((match) => match[1])

function reached_from(names) {
  const seen = new Set()
  const queue = [...names]
  while (queue.length > 0) {
    const name = queue.pop()
    if (seen.has(name) || !sizes.has(name)) continue
    seen.add(name)
    if (!name.endsWith('.js')) continue
    const code = readFileSync(join(assets, name), 'utf8')
    for (const match of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
      queue.push(match[1])
    }
  }
  return seen
}

const total_of = (names) => [...names].reduce((sum, name) => sum + sizes.get(name), 0)
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} kB`
let failed = false
const check = (what, bytes, max) => {
  const over = bytes > max
  failed ||= over
  process.stdout.write(`${over ? 'OVER' : 'ok  '} ${what}: ${kib(bytes)} of ${kib(max)} gzip\n`)
}

check('shell', total_of(reached_from(entries)), first_view_bytes_max)
for (const name of sizes.keys()) {
  if (!/-(page|route)-/.test(name) || !name.endsWith('.js')) continue
  const page = basename(name).replace(/-(page|route)-.*/, '')
  check(`first view of ${page}`, total_of(reached_from([...entries, name])), first_view_bytes_max)
}
check('all code and styles', total_of(sizes.keys()), all_bytes_max)
process.exit(failed ? 1 : 0)
