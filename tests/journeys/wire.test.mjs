// What the cloud says to hubs that are not who they say, or not what they were.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from '../../tools/demo/api.mjs'
import { Farm } from './farm.mjs'
import { HubByHand } from './hub_by_hand.mjs'

let farm, printer

before(async () => {
  farm = await Farm.start()
  await farm.claim_hub()
  printer = await farm.add_printer(farm.simulated[0])
  await farm.connected(printer)
})
after(() => farm?.stop())

const hub_of = async (api) => {
  const hub = new HubByHand(farm.url)
  hub.claim_token = await hub.claim(api)
  return hub
}
const shown = async (hub) => farm.api.get(`/api/hubs/${hub.hub_id}`)

test('a hello that is heard again on another connection opens nothing', async () => {
  const hub = await hub_of(farm.api)
  const first = await hub.wire()
  const hello = hub.hello(first.challenge)
  first.say(hello)
  await first.hears('cloud_hello')
  const second = await hub.wire()
  second.say(hello)
  assert.equal(await second.closed, 4401)
  assert.equal((await shown(hub)).online, true)
  await first.close()
})

test('an unknown hub and a known one with a wrong signature are refused alike', async () => {
  const unclaimed = new HubByHand(farm.url)
  const known = await hub_of(farm.api)
  known.secret = '0'.repeat(64)
  for (const hub of [unclaimed, known]) {
    const wire = await hub.wire()
    wire.say(hub.hello(wire.challenge))
    assert.equal(await wire.closed, 4401)
  }
})

test('a newer connection of the same hub takes over, and the older one is told', async () => {
  const hub = await hub_of(farm.api)
  const older = await hub.connect()
  const newer = await hub.connect()
  assert.equal(await older.closed, 4409)
  assert.ok(newer.welcome.epoch > older.welcome.epoch)
  assert.equal((await shown(hub)).online, true)
  await newer.close()
})

test('two boots with one number are a copy, which waits until its owner has spoken', async () => {
  const hub = await hub_of(farm.api)
  await (await hub.connect()).close()
  const copy = Object.assign(new HubByHand(farm.url), hub, { boot_id: 'of another machine' })
  const wire = await copy.wire()
  wire.say(copy.hello(wire.challenge))
  assert.equal(await wire.closed, 4401)
  assert.ok((await shown(hub)).quarantined_at)
  const original = await hub.wire()
  original.say(hub.hello(original.challenge))
  assert.equal(await original.closed, 4401)

  const { claim_token } = await farm.api.post(`/api/hubs/${hub.hub_id}/same-hub`)
  const again = await hub.wire()
  again.say(hub.claim_message(claim_token))
  await again.hears('hub_claimed')
  hub.boot_count += 1
  again.say(hub.hello(again.challenge))
  await again.hears('cloud_hello')
  assert.equal((await shown(hub)).quarantined_at, undefined)
  await again.close()
})

test('a claim whose answer was lost gets it again, and nobody else gets anything for its token', async () => {
  const hub = await hub_of(farm.api)
  const again = await hub.wire()
  again.say(hub.claim_message(hub.claim_token))
  assert.equal((await again.hears('hub_claimed')).hub_id, hub.hub_id)
  await again.close()
  const thief = await new HubByHand(farm.url).wire()
  thief.say({ ...new HubByHand(farm.url).claim_message(hub.claim_token) })
  assert.equal(await thief.closed, 4401)
})

test('a hub cannot speak for a printer of another hub, here or in another organisation', async () => {
  const other = new Api(farm.url)
  await other.register({
    email: 'other@farm.example', password: 'a long password', name: 'O', organization_name: 'Other',
  })
  const before_it = await farm.status(printer)
  for (const api of [farm.api, other]) {
    const hub = await hub_of(api)
    const wire = await hub.connect()
    wire.say({
      type: 'printer_status', printer_id: printer.serial_number, assignment: printer.assignment,
      boot: 99, seq: 1, connection: { state: 'connected', since: 1 }, status: { state: 'error' },
      timestamp: Date.now(),
    })
    assert.equal((await wire.hears('error')).code, 'unknown_printer')
    await wire.close()
  }
  assert.notEqual((await farm.status(printer)).status.state, 'error')
  assert.equal(before_it.connection.state, 'connected')
})

test('an event of somebody else\'s job is not taken for news of it', async () => {
  const job = await farm.create_job(await farm.upload(), printer)
  const hub = await hub_of(farm.api)
  const wire = await hub.connect()
  wire.say({
    type: 'job_event', journal_id: hub.journal_id, seq: 1, job_id: job.id, attempt: 1,
    state: 'finished', at: Date.now(), evidence: {},
  })
  await wire.hears('event_ack')
  const { state, attempt } = await farm.job(job)
  assert.deepEqual({ state, attempt }, { state: 'assigned', attempt: 0 })
  await wire.close()
})

test('unknown types and bad fields are answered, and the connection lives on', async () => {
  const wire = await (await hub_of(farm.api)).connect()
  const cases = [
    ['{"type":"hub_dance"}', 'unknown_type'], ['{}', 'unknown_type'], ['[]', 'bad_message'],
    ['{"type":"command_ack","command_id":5}', 'bad_message'], ['not json', 'bad_message'],
    ['{"type":"command_ack","command_id":"a","command_id":"b","success":true}', 'bad_message'],
    [`{"type":"command_ack","x":${'['.repeat(40)}${']'.repeat(40)}}`, 'bad_message'],
  ]
  for (const [text, code] of cases) {
    wire.say(text)
    assert.equal((await wire.hears('error')).code, code, text)
  }
  await wire.close()
})

test('a frame over 64 KiB closes that connection and no other', async () => {
  const wire = await (await hub_of(farm.api)).connect()
  wire.say({ type: 'hub_status', filler: 'x'.repeat(70_000) })
  assert.equal(await wire.closed, 1009)
  assert.equal((await farm.api.get(`/api/hubs/${farm.hub_id}`)).online, true)
})
