// What the demo of ./dev run does before it starts anything: it costs nobody their files, and says
// in one sentence what to do.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'

const demo = path.resolve(import.meta.dirname, '../../tools/demo/demo.mjs')
// Programs that end at once: a demo that gets as far as starting them fails soon.
const no_programs = '/nonexistent'

let folder
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'printfarm-demo-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

function run(data, { listen = '127.0.0.1', port = 0, fresh = '' } = {}) {
  const args = [demo, no_programs, no_programs, data, '1', listen, String(port), '60', fresh]
  return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
}

test('--fresh touches nothing in a folder that holds more than a demo', () => {
  fs.writeFileSync(path.join(folder, 'demo.json'), '{}')
  fs.mkdirSync(path.join(folder, 'photos'))
  fs.writeFileSync(path.join(folder, 'photos', 'cat.jpg'), 'a cat')
  const { status, stderr } = run(folder, { fresh: 'yes' })
  assert.equal(status, 1)
  assert.match(stderr, /holds photos, which is of no demo.*Name another --data/)
  assert.equal(fs.readFileSync(path.join(folder, 'photos', 'cat.jpg'), 'utf8'), 'a cat')
  assert.equal(fs.readFileSync(path.join(folder, 'demo.json'), 'utf8'), '{}')
})

test('--fresh forgets a demo, also one that was stopped before it had an account', () => {
  fs.mkdirSync(path.join(folder, 'cloud'))
  fs.writeFileSync(path.join(folder, 'cloud', 'printfarm.db'), 'old')
  run(folder, { fresh: 'yes' })
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name !== 'logs'), [])
})

test('a folder that cannot be made is told with its remedy', () => {
  const file = path.join(folder, 'a file')
  fs.writeFileSync(file, '')
  const { status, stderr } = run(path.join(file, 'below'))
  assert.equal(status, 1)
  assert.match(stderr, /cannot be written \(ENOTDIR\). Name another folder with --data/)
})

test('a taken port is told with its remedy', async () => {
  const server = net.createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  const { status, stderr } = run(folder, { port })
  server.close()
  assert.equal(status, 1)
  assert.match(stderr, new RegExp(`Port ${port} on 127.0.0.1 is taken. Choose another one with --port`))
})

test('an address of another machine is told with its remedy', () => {
  const { status, stderr } = run(folder, { listen: '192.0.2.1', port: 8080 })
  assert.equal(status, 1)
  assert.match(stderr, /192.0.2.1 is no address of this machine \(EADDRNOTAVAIL\)/)
})

test('a program that cannot run ends the demo, once told', () => {
  const { status, stderr } = run(folder)
  assert.equal(status, 1)
  assert.equal(stderr.match(/error:/g).length, 1, stderr)
  assert.match(stderr, /printers ended by itself/)
})
