// A server with a hub inside: the same prints, and the same promise when it is killed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Farm } from './farm.mjs'

let farm, printer, file

before(async () => {
  farm = await Farm.start({ cloud_options: ['--local-hub'] })
  await farm.local_hub()
  printer = await farm.add_printer(farm.simulated[0])
  await farm.connected(printer)
  file = await farm.upload()
})
after(() => farm?.stop())

const start = (job, body = {}) => farm.api.answer('POST', `/api/jobs/${job.id}/start`, body)
const ended = (job) => farm.until('the job is over', async () =>
  ['complete', 'failed', 'cancelled'].includes((await farm.job(job)).state))

test('a print goes to its end with no other program than the server', async () => {
  const hub = await farm.api.get(`/api/hubs/${farm.hub_id}`)
  assert.equal(hub.name, 'This server')
  const job = await farm.create_job(file, printer)
  assert.equal((await start(job, { plate_cleared: true })).status, 200)
  await ended(job)
  const done = await farm.job(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal(farm.orders_at(printer), 1)
})

test('a server killed with -9 while starting never starts twice, and the job goes on', async () => {
  await farm.api.post(`/api/printers/${printer.id}/cleared`)
  const job = await farm.create_job(file, printer)
  assert.equal((await start(job)).status, 200)
  // The plate token is spent when the hub reports that it is about to tell the printer.
  await farm.until('the attempt is starting', async () =>
    (await farm.api.get(`/api/printers/${printer.id}`)).needs_clearing)
  await farm.kill(farm.cloud)
  await farm.start_cloud()
  await ended(job)
  const done = await farm.job(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal(farm.orders_at(printer), 2)
  const hubs = await farm.api.all('/api/hubs')
  assert.deepEqual(hubs.map((hub) => hub.id), [farm.hub_id], 'it is still the same hub')
})

test('a server that is told to stop takes its hub along in good order', async () => {
  farm.cloud.expected = true
  farm.cloud.child.kill('SIGTERM')
  await farm.cloud.ended
  assert.equal(farm.cloud.child.exitCode, 0)
  await farm.start_cloud()
  await farm.local_hub()
  await farm.connected(printer)
})
