// Writes a .br and a .gz beside every compressible file of a folder, so that the server only ever
// sends bytes that already exist. Usage: node tools/precompress.mjs dist
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const compressible = new Set([
  '.html',
  '.js',
  '.css',
  '.svg',
  '.json',
  '.txt',
  '.webmanifest',
  '.map',
])
// A smaller file gains nothing: its headers weigh more than what is saved.
const bytes_min = 512

const folder = process.argv[2]
if (!folder) {
  process.stderr.write('usage: node tools/precompress.mjs FOLDER\n')
  process.exit(2)
}

let count = 0
for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, String(name))
  if (!compressible.has(extname(path)) || !statSync(path).isFile()) continue
  const bytes = readFileSync(path)
  if (bytes.length < bytes_min) continue
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  })
  writeFileSync(`${path}.br`, brotli)
  // No name and no time in the header: the same input gives the same bytes.
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  count += 1
}
process.stdout.write(`precompressed ${count} files in ${folder}\n`)
