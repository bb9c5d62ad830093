// Writes src/generated from the C++ declarations, or with --check only says whether it is current.
// The generator is printfarm-typescript, found in PRINTFARM_BIN or the release build.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = process.env.PRINTFARM_BIN ?? join(web, '../build/release/bin')
const generator = join(bin, 'printfarm-typescript')
if (!existsSync(generator)) {
  process.stderr.write(`${generator} is not there: build it first, or set PRINTFARM_BIN.\n`)
  process.exit(2)
}

const check_only = process.argv.includes('--check')
let stale = false
for (const what of ['protocol', 'api']) {
  const path = join(web, 'src/generated', `${what}.ts`)
  const wanted = execFileSync(generator, [what], { encoding: 'utf8' })
  if (existsSync(path) && readFileSync(path, 'utf8') === wanted) continue
  if (check_only) {
    process.stderr.write(`src/generated/${what}.ts is not what the C++ says: run ./dev generate.\n`)
    stale = true
  } else {
    writeFileSync(path, wanted)
    process.stdout.write(`wrote src/generated/${what}.ts\n`)
  }
}
process.exit(stale ? 1 : 0)
