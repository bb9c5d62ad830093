// One printer, one hub, the cloud: prints to their end, and what must not happen on the way.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Farm } from './farm.mjs'

let farm, printer, file

before(async () => {
  farm = await Farm.start()
  await farm.claim_hub()
  printer = await farm.add_printer(farm.simulated[0])
  await farm.connected(printer)
  file = await farm.upload()
})
after(() => farm?.stop())

const start = (job, body = {}) => farm.api.answer('POST', `/api/jobs/${job.id}/start`, body)
const ended = (job) => farm.until('the job is over', async () =>
  ['complete', 'failed', 'cancelled'].includes((await farm.job(job)).state))

test('a job started eight times at once prints once, to its end', async () => {
  const job = await farm.create_job(file, printer)
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => start(job, { plate_cleared: true })))
  assert.deepEqual(answers.map((one) => one.status).sort(), [200, ...Array(7).fill(409)])
  await ended(job)
  const done = await farm.job(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal(done.attempt, 1)
  assert.equal(farm.orders_at(printer), 1)
})

test('the next job waits for a clear plate and goes when somebody says so', async () => {
  const job = await farm.create_job(file, printer)
  const waiting = await start(job)
  assert.equal(waiting.status, 200)
  assert.match((await farm.job(job)).waiting_for, /clear plate/)
  assert.equal(farm.orders_at(printer), 1)
  await farm.api.post(`/api/printers/${printer.id}/cleared`)
  await ended(job)
  assert.equal((await farm.job(job)).state, 'complete')
  assert.equal(farm.orders_at(printer), 2)
})

test('a hub killed with -9 while starting never starts twice, and the job goes on', async () => {
  await farm.api.post(`/api/printers/${printer.id}/cleared`)
  const job = await farm.create_job(file, printer)
  assert.equal((await start(job)).status, 200)
  // The plate token is spent when the hub reports that it is about to tell the printer.
  await farm.until('the attempt is starting', async () =>
    (await farm.api.get(`/api/printers/${printer.id}`)).needs_clearing)
  await farm.kill(farm.hub)
  farm.start_hub()
  await ended(job)
  const done = await farm.job(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal(farm.orders_at(printer), 3)
})

test('a cloud killed with -9 during a print learns its end from the hub', async () => {
  await farm.api.post(`/api/printers/${printer.id}/cleared`)
  const job = await farm.create_job(file, printer)
  assert.equal((await start(job)).status, 200)
  await farm.until('it prints', async () => (await farm.job(job)).state === 'printing')
  await farm.kill(farm.cloud)
  await farm.start_cloud()
  await ended(job)
  assert.equal((await farm.job(job)).state, 'complete')
  assert.equal(farm.orders_at(printer), 4)
})

test('a print is cancelled when the printer has stopped it', async () => {
  await farm.api.post(`/api/printers/${printer.id}/cleared`)
  const job = await farm.create_job(file, printer)
  assert.equal((await start(job)).status, 200)
  await farm.until('it prints', async () => (await farm.job(job)).state === 'printing')
  const cancelling = await farm.api.post(`/api/jobs/${job.id}/cancel`)
  assert.equal(cancelling.cancelling, true)
  await ended(job)
  assert.equal((await farm.job(job)).state, 'cancelled')
})
