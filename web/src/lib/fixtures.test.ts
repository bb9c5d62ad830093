// The same files are read by the C++ tests of hub and cloud: what one end writes, this end understands.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import * as protocol from '../generated/protocol'

const folder = join(import.meta.dirname, '../../../protocol/fixtures')
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

// "live_snapshot.json" or "live_snapshot.two_printers.json" is a LiveSnapshot. Messages between hub
// and cloud have no schema here: the browser never sees them.
function schema_of(file: string): z.ZodType | undefined {
  const type = (file.split('.')[0] ?? '').replaceAll(/(?:^|_)(\w)/g, (_, letter: string) =>
    letter.toUpperCase(),
  )
  const found = Object.entries(protocol).find(([name]) => name === type)
  return found?.[1]
}

describe.skipIf(names.length === 0)('a fixture of the protocol', () => {
  const known = names.filter((name) => schema_of(name) !== undefined)
  test.skipIf(known.length === 0).each(known)(
    '%s is understood, down to its last member',
    (name) => {
      const value: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      expect(schema_of(name)?.parse(value)).toEqual(value)
    },
  )
})
