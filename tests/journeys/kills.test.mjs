// Programs that are killed with -9 around a start, at every step of it: the printer is told to print
// once, and the job goes on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Farm } from './farm.mjs'

let farm, file, printer

before(async () => {
  farm = await Farm.start({ model: 'BL-P001', speed: 1000 })
  await farm.claim_hub()
  printer = await farm.add_printer(farm.simulated[0])
  await farm.connected(printer)
  file = await farm.upload()
})
after(() => farm?.stop())

async function completes(job) {
  const done = await farm.ended(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal((await farm.attempt(job)).attempt, 1)
}

// The printer is told to print exactly once while that happens.
async function ordered_once(happens) {
  const known = farm.orders_at(printer)
  await happens()
  assert.equal(farm.orders_at(printer), known + 1)
}

async function hub_dies_when(job, is_so) {
  await farm.until('the moment to die', is_so)
  await farm.kill(farm.hub)
  const { state } = await farm.attempt(job)
  farm.start_hub()
  return state
}

test('a job that nothing befalls prints once', () => ordered_once(async () => {
  await completes(await farm.started_job(file, printer))
}))

test('an order written down by a cloud that died reaches a hub that was away', () => ordered_once(async () => {
  await farm.kill(farm.hub)
  const job = await farm.create_job(file, printer)
  const started = await farm.start_job(job, { plate_cleared: true })
  assert.equal(started.status, 200, JSON.stringify(started.body))
  await farm.kill(farm.cloud)
  await farm.start_cloud()
  farm.start_hub()
  await completes(job)
}))

test('a cloud killed right after it said yes has not lost the start', () => ordered_once(async () => {
  const job = await farm.started_job(file, printer)
  await farm.kill(farm.cloud)
  await farm.start_cloud()
  await completes(job)
}))

test('a hub killed before it has the file goes on with the job', () => ordered_once(async () => {
  await farm.simulator.befall(printer, { type: 'stall_upload', channel: 'control' })
  const job = await farm.started_job(await farm.upload_unseen(), printer)
  const state = await hub_dies_when(job, async () => (await farm.attempt(job)).state === 'received')
  assert.equal(state, 'received')
  await completes(job)
}))

test('a hub killed with the file half on the printer brings it again', () => ordered_once(async () => {
  await farm.simulator.befall(printer, { type: 'stall_upload', channel: 'data', after_bytes: 1000 })
  const job = await farm.started_job(await farm.upload_unseen(), printer)
  const state = await hub_dies_when(job, async () => (await farm.attempt(job)).state === 'fetched')
  assert.equal(state, 'fetched')
  await completes(job)
}))

test('a hub killed the moment its upload is whole starts the print once', () => ordered_once(async () => {
  const { uploads } = await farm.simulator.truth(printer)
  const job = await farm.started_job(await farm.upload_unseen(), printer)
  await hub_dies_when(job, async () => (await farm.simulator.truth(printer)).uploads > uploads)
  await completes(job)
}))

test('a hub killed between order and evidence waits for the evidence', () => ordered_once(async () => {
  const known = farm.orders_at(printer)
  await farm.simulator.befall(printer, { type: 'start_late', seconds: 8 })
  const job = await farm.started_job(file, printer)
  const state = await hub_dies_when(job, async () => farm.orders_at(printer) > known)
  // The order is at the printer; the hub may have died before the cloud heard of it.
  assert.ok(['uploaded', 'starting'].includes(state), state)
  await completes(job)
}))

test('a hub killed during the print tells how it ended', () => ordered_once(async () => {
  const job = await farm.started_job(file, printer)
  const state = await hub_dies_when(job, async () => (await farm.attempt(job)).state === 'started')
  assert.equal(state, 'started')
  await completes(job)
}))
