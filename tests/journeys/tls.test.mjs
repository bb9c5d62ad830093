// A server with a certificate of its own, and a hub that believes it and nobody else.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import https from 'node:https'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Family, wait_for } from '../../tools/demo/processes.mjs'
import { patience_ms } from './farm.mjs'

const bin = process.env.PRINTFARM_BIN ?? path.resolve(import.meta.dirname, '../../build/release/bin')
const program = path.join(bin, 'printfarm')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'printfarm-tls-'))
const data = path.join(folder, 'cloud')
const authority = path.join(data, 'tls/ca.crt')
const log = path.join(folder, 'logs/cloud.log')
const family = new Family(path.join(folder, 'logs'))
let port

function ask(method, place, body, token) {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }
    const request = https.request(
      { host: 'localhost', port, method, path: place, headers, ca: fs.readFileSync(authority) },
      (response) => {
        let text = ''
        response.on('data', (piece) => { text += piece })
        response.on('end', () => resolve({ status: response.statusCode, body: text && JSON.parse(text) }))
      })
    request.on('error', reject)
    request.end(body && JSON.stringify(body))
  })
}

before(async () => {
  const says = execFileSync(program, ['tls', 'init', '--data-dir', data, '--names', 'farm.lan'], { encoding: 'utf8' })
  assert.match(says, /farm\.lan/)
  assert.match(says, /printfarm-hub claim TOKEN/)
  family.start('cloud', program, ['serve', '--port', '0', '--data-dir', data, '--log-format', 'json'])
  const listening = () => fs.readFileSync(log, 'utf8').split('\n').find((line) => line.includes('"listening"'))
  await wait_for(() => fs.existsSync(log) && listening(), patience_ms, 'the cloud')
  port = JSON.parse(listening()).port
})
after(async () => {
  await family.stop()
  fs.rmSync(folder, { recursive: true, force: true })
})

test('the authority and its key are where they should be, and private', () => {
  const mode = (name) => fs.statSync(path.join(data, 'tls', name)).mode & 0o777
  assert.equal(mode('ca.key'), 0o600)
  assert.equal(mode('server.pem'), 0o600)
  assert.equal(mode('ca.crt'), 0o644)
})

test('who does not know the authority does not believe the server', async () => {
  await assert.rejects(fetch(`https://localhost:${port}/health/live`))
  assert.equal((await ask('GET', '/health/live')).status, 200)
})

test('plain HTTP is told where to go', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/api/jobs`)
  assert.equal(response.status, 400)
  assert.match((await response.json()).detail, /https:\/\//)
})

test('a hub is claimed and online over TLS, and not without the authority', async () => {
  const { body: account } = await ask('POST', '/auth/register', {
    email: 'owner@farm.example', password: 'a long password', name: 'Owner', organization_name: 'TLS',
  })
  const { body: claim } = await ask('POST', '/api/hubs/claim', {}, account.access_token)
  const hub = path.join(bin, 'printfarm-hub')
  const cloud = ['--cloud', `https://localhost:${port}`, '--data-dir', path.join(folder, 'hub')]
  await assert.rejects(family.run('distrust', hub, ['claim', claim.claim_token, ...cloud]))
  await family.run('claim', hub, ['claim', claim.claim_token, ...cloud, '--ca-file', authority])
  family.start('hub', hub, ['run', ...cloud, '--ca-file', authority])
  await wait_for(async () => {
    const { body } = await ask('GET', '/api/hubs', undefined, account.access_token)
    return body.items.some((one) => one.online)
  }, patience_ms, 'the hub')
})
