// What bad input gets from the running programs: a clear answer, and nothing lost.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { Farm } from './farm.mjs'

let farm

// Whatever lies in the folder of print files, finished or not.
function stored_files() {
  const folder = path.join(farm.data, 'cloud/blobs')
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length
}

before(async () => {
  farm = await Farm.start({ printers: 2 })
  await farm.claim_hub()
})
after(() => farm?.stop())

test('a printer with the wrong access code says so, and is not stormed', async () => {
  const printer = await farm.add_printer(farm.simulated[0], { access_code: 'wrong123' })
  await farm.until('the refusal is told', async () =>
    (await farm.status(printer)).connection?.reason === 'refused_code')
  const { connection } = await farm.status(printer)
  assert.equal(connection.state, 'disconnected')
  assert.match(connection.detail, /access code/i)
  await farm.api.answer('PUT', `/api/printers/${printer.id}`, {
    access_code: farm.simulated[0].access_code,
  })
  await farm.connected(printer)
})

test('an unreachable printer is told as such', async () => {
  const printer = await farm.add_printer(farm.simulated[1], {
    // Not the simulated one's serial: its announcements would heal the wrong address.
    serial_number: '03000A000000000', ip_address: `${farm.network}.200`, name: 'Nowhere',
  })
  await farm.until('the reason is told', async () =>
    ['unreachable', 'never_reached'].includes((await farm.status(printer)).connection?.reason))
})

test('a wrong password and an unknown user get the same answer', async () => {
  const wrong = await farm.api.answer('POST', '/auth/login', {
    email: 'owner@farm.example', password: 'not the password',
  })
  const unknown = await farm.api.answer('POST', '/auth/login', {
    email: 'nobody@farm.example', password: 'not the password',
  })
  assert.equal(wrong.status, 401)
  assert.equal(unknown.status, 401)
  assert.equal(wrong.body.detail, unknown.body.detail)
})

test('tokens that we did not sign are refused, whatever their header says', async () => {
  const segment = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = segment({ sub: 'x', exp: 4_000_000_000 })
  const none = `${segment({ alg: 'none', typ: 'JWT' })}.${claims}.`
  const body = `${segment({ alg: 'HS256', typ: 'JWT' })}.${claims}`
  const hs256 = `${body}.${createHmac('sha256', 'guess').update(body).digest('base64url')}`
  for (const token of [none, hs256, 'x', '']) {
    const response = await fetch(`${farm.url}/api/jobs`, { headers: { Authorization: `Bearer ${token}` } })
    assert.equal(response.status, 401, token)
  }
})

test('unknown fields and wrong values are refused with their path', async () => {
  const cases = [
    ['/api/hubs/claim', { nme: 'x' }, 'nme'],
    ['/api/jobs', {}, 'file_id'],
    ['/api/jobs', { file_id: 'x', plate: 0 }, 'plate'],
    ['/api/jobs', { file_id: 'x', options: { ams_mapping: [0, 'x'] } }, 'options.ams_mapping[1]'],
    ['/api/printers', { hub_id: 'x', name: '', serial_number: 'A123', access_code: '1' }, 'name'],
    ['/api/printers', { hub_id: 'x', name: 'n', serial_number: 'A 1', access_code: '1' }, 'serial_number'],
    ['/api/printers', { hub_id: 'x', name: 'n', serial_number: 'A123', access_code: '1', ports: { mqtt: 0 } },
      'ports.mqtt'],
  ]
  for (const [place, body, field] of cases) {
    const answer = await farm.api.answer('POST', place, body)
    assert.equal(answer.status, 422, JSON.stringify(answer))
    assert.equal(answer.body.errors[0].field, field)
  }
})

test('JSON that is too deep, doubled or torn changes nothing', async () => {
  const before = (await farm.api.all('/api/hubs')).length
  for (const body of ['['.repeat(40), '{"name":"a","name":"b"}', '{"name":', '{} {}', '\ufeff{}']) {
    const response = await farm.api.raw('POST', '/api/hubs/claim', body)
    assert.equal(response.status, 422, body)
    assert.match((await response.json()).detail, /\w/)
  }
  assert.equal((await farm.api.all('/api/hubs')).length, before)
})

test('an upload that is cut in the middle leaves nothing behind', async () => {
  const before = stored_files()
  const { port } = new URL(farm.url)
  for (const ends of ['without a word', 'in good order']) {
    const socket = net.connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    const gone = new Promise((resolve) => socket.once('close', resolve))
    socket.write(['POST /api/files/upload HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 5000000',
      'Content-Type: multipart/form-data; boundary=b', `Authorization: ${farm.api.authorization}`, '',
      '--b', 'Content-Disposition: form-data; name="file"; filename="a.gcode.3mf"', '', 'PK\x03\x04'].join('\r\n'))
    socket.write(Buffer.alloc(1_000_000))
    await farm.until('the upload has begun', () => stored_files() > before)
    if (ends === 'in good order') socket.end()
    else socket.destroy()
    await farm.until('what had come is gone', () => stored_files() === before)
    socket.destroy()
    await gone
  }
})

test('a key makes a request that is sent twice count once', async () => {
  const file = await farm.upload()
  const ask = (copies) => farm.api.raw('POST', '/api/jobs', JSON.stringify({ file_id: file.id, ...copies }),
    { 'Idempotency-Key': 'journey-1' })
  const [first, second] = [await ask(), await ask()]
  assert.equal(first.status, 201)
  assert.equal(second.status, 201)
  assert.equal(await second.text(), await first.text())
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  const other = await ask({ priority: 1 })
  assert.equal(other.status, 422)
  assert.equal((await other.json()).type, 'idempotency_key_reused')
})

test('a body over the limit is refused before it is read whole', async () => {
  const answer = await farm.api.answer('POST', '/api/jobs', { file_id: 'x'.repeat(300_000) })
  assert.equal(answer.status, 413)
})

test('uploads that are not sliced 3MF files are refused with what to do', async () => {
  const whole = fs.readFileSync(farm.fixture)
  const climbing = Buffer.from(whole.toString('latin1').replaceAll('Metadata/', '../../../a/'), 'latin1')
  const empty_zip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex')
  for (const [name, bytes] of [['a.stl', Buffer.from('solid x')], ['a.3mf', empty_zip], ['a.3mf', Buffer.alloc(0)],
    ['a.gcode.3mf', whole.subarray(0, whole.length / 2)], ['a.gcode.3mf', climbing]]) {
    const answer = await farm.api.answer_upload('/api/files/upload', name, bytes)
    assert.equal(answer.status, 422, name)
    assert.match(answer.body.detail, /slice|3MF/)
  }
})

test('a hub frame over 64 KiB closes that connection and no other', async () => {
  const socket = new WebSocket(`${farm.url.replace('http', 'ws')}/ws/hub/some-hub`)
  const closed = new Promise((resolve) => socket.addEventListener('close', (event) => resolve(event.code)))
  await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }))
  socket.send(JSON.stringify({ type: 'hub_hello', filler: 'x'.repeat(70_000) }))
  assert.equal(await closed, 1009)
  assert.equal((await farm.api.get(`/api/hubs/${farm.hub_id}`)).online, true)
})
