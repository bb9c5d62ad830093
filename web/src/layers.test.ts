// Who may import whom: app -> features -> ui, lib -> generated, and no feature another feature.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = import.meta.dirname

type Room = 'app' | 'features' | 'ui' | 'lib' | 'generated' | 'main'
const may_import: Record<Room, readonly Room[]> = {
  main: ['app'],
  app: ['app', 'features', 'ui', 'lib', 'generated'],
  features: ['features', 'ui', 'lib', 'generated'],
  ui: ['ui', 'lib'],
  lib: ['lib', 'generated'],
  // The generated client sends through lib/http; its types depend on nothing.
  generated: ['generated', 'lib'],
}
// What ui may know of lib: nothing that knows a noun of the farm.
const nounless = new Set(['lib/tone', 'lib/problem', 'lib/faults'])

function room_of(path: string): Room {
  const first = path.split('/')[0] ?? ''
  return first in may_import ? (first as Room) : 'main' // The line proves it.
}

function fault_of(from: string, to: string): string | undefined {
  const [source, target] = [room_of(from), room_of(to)]
  if (!may_import[source].includes(target)) return `${from} imports ${to}`
  const feature = (path: string) => path.split('/')[1]
  if (source === 'features' && target === 'features' && feature(from) !== feature(to))
    return `${from} imports ${to}`
  if (source === 'ui' && target === 'lib' && !nounless.has(to)) return `${from} imports ${to}`
  return undefined
}

function imports_of(path: string, text: string): string[] {
  const matches = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)
  return [...matches].flatMap(([, target]) =>
    target?.endsWith('.css') ? [] : [normalize(join(dirname(path), target ?? ''))],
  )
}

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path),
)

describe('the rooms of the app', () => {
  test('import only downward', () => {
    const faults = sources.flatMap((path) =>
      imports_of(path, readFileSync(join(root, path), 'utf8')).flatMap(
        (target) => fault_of(path, target) ?? [],
      ),
    )
    expect(sources.length).toBeGreaterThan(50)
    expect(faults).toEqual([])
  })

  test.each([
    [
      'a feature that imports a feature',
      'features/jobs/a.tsx',
      "import { B } from '../printers/b'",
    ],
    [
      'a feature that imports another lazily',
      'features/jobs/a.tsx',
      "const B = lazy(() => import('../printers/b'))",
    ],
    ['a feature that imports the app', 'features/jobs/a.tsx', "import { B } from '../../app/b'"],
    ['ui that knows a noun', 'ui/a.tsx', "import { view_printer } from '../lib/printer-view'"],
    ['ui that fetches', 'ui/a.tsx', "import { api } from '../generated/api'"],
    ['lib that draws', 'lib/a.ts', "import { Button } from '../ui/button'"],
  ])('%s is found', (_what, path, text) => {
    expect(imports_of(path, text).map((target) => fault_of(path, target))).toEqual([
      expect.stringContaining(path),
    ])
  })

  test('what is allowed is not found', () => {
    const text =
      "import { Button } from '../../ui/button'\nimport { says } from '../../lib/problem'\nimport { b } from './b'"
    expect(
      imports_of('features/jobs/a.tsx', text).map((target) =>
        fault_of('features/jobs/a.tsx', target),
      ),
    ).toEqual([undefined, undefined, undefined])
  })
})
