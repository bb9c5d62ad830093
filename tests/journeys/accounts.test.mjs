// What happens to accounts, over the running cloud: lost passwords, invitations, a second factor,
// and keys for machines. Letters go to its log.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, test } from 'node:test'
import { Api } from '../../tools/demo/api.mjs'
import { Farm } from './farm.mjs'

const password = 'a long password'
let farm

before(async () => {
  farm = await Farm.start()
})
after(() => farm?.stop())

function base32(text) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text].map((c) => digits.indexOf(c).toString(2).padStart(5, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}

// RFC 6238, written once more: the app on a phone is not ours either.
function totp(secret, step = Math.floor(Date.now() / 30_000)) {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', base32(secret)).update(counter).digest()
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}

test('a forgotten password is reset by the link in the letter, once', async () => {
  const lost = new Api(farm.url)
  const email = 'lost@farm.example'
  await lost.register({ email, password, name: 'Lost', organization_name: 'Lost' })
  for (const address of [email, 'nobody@farm.example']) {
    const asked = await lost.answer('POST', '/auth/password/forgot', { email: address })
    assert.deepEqual(asked, { status: 204, body: '' })
  }
  const token = await farm.in_letter(/reset-password#([\w-]{43})/g)
  const reset = { token, password: 'an even longer password' }
  assert.equal((await lost.answer('POST', '/auth/password/reset', reset)).status, 204)
  assert.equal((await lost.answer('POST', '/auth/password/reset', reset)).status, 422)
  assert.equal((await lost.answer('GET', '/auth/me')).status, 401)
  assert.equal(await lost.login({ email, password }), false)
  assert.equal(await lost.login({ email, password: reset.password }), true)
})

test('an invited person joins with the invited role, and loses it at once when removed', async () => {
  await farm.api.post('/api/invitations', { email: 'new@farm.example', role: 'viewer' })
  const token = await farm.in_letter(/invite#([\w-]{43})/g)
  const guest = new Api(farm.url)
  const look = await guest.answer('POST', '/auth/invitations/look', { token })
  assert.equal(look.body.has_account, false)
  assert.equal(look.body.organization_name, 'Journey')
  const accept = { token, name: 'New', password }
  const accepted = await guest.answer('POST', '/auth/invitations/accept', accept)
  assert.equal(accepted.status, 200)
  assert.equal((await guest.answer('POST', '/auth/invitations/accept', accept)).status, 404)
  await guest.login({ email: 'new@farm.example', password })
  assert.equal((await guest.get('/api/members')).items.length, 2)
  assert.equal((await guest.answer('POST', '/api/hubs/claim', {})).status, 403)

  const { user } = accepted.body
  const promoted = await farm.api.answer('PUT', `/api/members/${user.id}`, { role: 'admin' })
  assert.equal(promoted.body.role, 'admin')
  assert.equal((await guest.answer('GET', '/api/invitations')).status, 200)
  assert.equal((await farm.api.answer('DELETE', `/api/members/${user.id}`)).status, 204)
  assert.equal((await guest.answer('GET', '/api/members')).status, 401)
})

test('a second factor is asked for by name, and no code serves twice', async () => {
  const careful = new Api(farm.url)
  const account = { email: 'careful@farm.example', password }
  await careful.register({ ...account, name: 'Careful', organization_name: 'Careful' })
  const { secret } = await careful.post('/auth/totp/setup')
  // The step before this one, so that the present one is still good for the sign-in.
  const step = Math.floor(Date.now() / 30_000)
  const { recovery_codes } = await careful.post('/auth/totp/enable', { code: totp(secret, step - 1) })
  assert.equal(recovery_codes.length, 10)
  const asked = await careful.answer('POST', '/auth/login', account)
  assert.equal(asked.status, 401)
  assert.equal(asked.body.type, 'totp_required')
  const code = { ...account, totp: totp(secret, step) }
  assert.equal((await careful.answer('POST', '/auth/login', code)).status, 200)
  const replayed = await careful.answer('POST', '/auth/login', code)
  assert.equal(replayed.body.type, 'totp_wrong')
  const recovered = { ...account, recovery_code: recovery_codes[0] }
  assert.equal((await careful.answer('POST', '/auth/login', recovered)).status, 200)
})

test('a key acts with its role until it is removed, and manages no people', async () => {
  const { api_key, key } = await farm.api.post('/api/api-keys', { name: 'Slicer', role: 'operator' })
  const ask = async (method, route) =>
    (await fetch(farm.url + route, { method, headers: { Authorization: `Bearer ${key}` } })).status
  assert.equal(await ask('GET', '/api/printers'), 200)
  assert.equal(await ask('GET', '/api/api-keys'), 403)
  assert.equal(await ask('GET', '/auth/sessions'), 403)
  assert.equal((await farm.api.answer('DELETE', `/api/api-keys/${api_key.id}`)).status, 204)
  assert.equal(await ask('GET', '/api/printers'), 401)
})

test('guessing is slowed down, and says for how long', async () => {
  const victim = { email: 'victim@farm.example', password: 'not the password' }
  const guesser = new Api(farm.url)
  let refused
  await farm.until('a refusal', async () => {
    refused = await guesser.answer('POST', '/auth/login', victim)
    return refused.status === 429
  })
  assert.match(refused.body.detail, /wait/i)
})
