// Jobs in their order: copies, priorities, pauses and stops by the API; and the log of it all.
import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { is_wanted as postgres_is_wanted } from '../private_postgres.mjs'
import { Farm } from './farm.mjs'

let farm, printer, file

before(async () => {
  farm = await Farm.start({ model: 'BL-P001', speed: 100 })
  await farm.claim_hub()
  printer = await farm.add_printer(farm.simulated[0])
  await farm.connected(printer)
  file = await farm.upload()
})
after(() => farm?.stop())

const waiting = async () => (await farm.api.get('/api/queue')).items.map((job) => job.id)
const clear = () => farm.api.post(`/api/printers/${printer.id}/cleared`)

test('copies are jobs of one batch, urgent ones go first, and moved ones stand where they were put', async () => {
  const first = await farm.create_job(file, printer, { copies: 3 })
  const copies = (await farm.api.get(`/api/jobs?batch_id=${first.batch_id}`)).items
  assert.equal(copies.length, 3)
  const urgent = await farm.create_job(file, printer, { priority: 150 })
  assert.equal((await waiting())[0], urgent.id)
  const [, one, two, three] = await waiting()
  await farm.api.post('/api/queue/reorder', { job_ids: [three], before_id: one })
  assert.deepEqual(await waiting(), [urgent.id, three, one, two])
  for (const id of [one, two, three]) await farm.api.post(`/api/jobs/${id}/cancel`)
  assert.deepEqual(await waiting(), [urgent.id])
  await farm.api.post(`/api/jobs/${urgent.id}/cancel`)
})

test('bad orders to the queue change nothing', async () => {
  const job = await farm.create_job(file, printer)
  const nowhere = '01234567-0123-7123-8123-0123456789ab'
  const before_it = await waiting()
  for (const body of [{ job_ids: [job.id, nowhere] }, { job_ids: ['x'] }, {}, { job_ids: [job.id], before_id: nowhere }]) {
    const { status } = await farm.api.answer('POST', '/api/queue/reorder', body)
    assert.ok([404, 409, 422].includes(status), `${status} ${JSON.stringify(body)}`)
  }
  for (const copies of [0, 501, 1.5, '2']) {
    const body = { file_id: file.id, copies }
    assert.equal((await farm.api.answer('POST', '/api/jobs', body)).status, 422, String(copies))
  }
  assert.deepEqual(await waiting(), before_it)
  await farm.api.post(`/api/jobs/${job.id}/cancel`)
})

test('each cleared plate starts the next copy, and no plate starts two', async () => {
  const first = await farm.create_job(file, printer, { copies: 2 })
  const jobs = (await farm.api.get(`/api/jobs?batch_id=${first.batch_id}`)).items
  await clear()
  const again = await farm.api.answer('POST', `/api/printers/${printer.id}/cleared`)
  assert.equal(again.status, 409, 'a print is under way')
  const complete = async () =>
    (await Promise.all(jobs.map((job) => farm.job(job)))).filter((job) => job.state === 'complete')
  await farm.until('one is complete', async () => (await complete()).length === 1)
  assert.equal(farm.orders_at(printer), 1)
  const left = (await Promise.all(jobs.map((job) => farm.job(job)))).find((job) => job.state !== 'complete')
  assert.ok(['queued', 'assigned'].includes(left.state), left.state)
  await clear()
  await farm.until('both are complete', async () => (await complete()).length === 2)
  assert.equal(farm.orders_at(printer), 2)
})

test('a print is paused, resumed and stopped by the API, and each is refused when it means nothing', async () => {
  const job = await farm.started_job(file, printer)
  const say = async (verb) => (await farm.api.answer('POST', `/api/jobs/${job.id}/${verb}`)).status
  await farm.in_state(job, 'printing')
  await farm.until('layers are printed', async () => (await farm.simulator.truth(printer)).layer > 0)
  assert.equal(await say('resume'), 409)
  assert.equal(await say('pause'), 202)
  await farm.in_state(job, 'paused')
  assert.equal((await farm.simulator.truth(printer)).state, 'PAUSE')
  assert.equal(await say('pause'), 409)
  assert.equal(await say('resume'), 202)
  await farm.in_state(job, 'printing')
  const stop = await farm.api.answer('POST', `/api/printers/${printer.id}/command`, { action: 'stop' })
  assert.equal(stop.status, 202)
  assert.equal((await farm.ended(job)).state, 'cancelled')
  for (const verb of ['pause', 'resume', 'cancel']) assert.equal(await say(verb), 409, verb)
  assert.equal((await farm.start_job(job, { plate_cleared: true })).status, 409)
})

test('the audit log is whole after it all, and an entry that was changed is found',
  { skip: postgres_is_wanted && 'it writes into the database file' }, async () => {
    const data = path.join(farm.data, 'cloud')
    const verify = () => farm.run_cloud(['audit', 'verify', '--data-dir', data])
    farm.cloud.expected = true
    farm.cloud.child.kill('SIGTERM')
    await farm.cloud.ended
    await verify()
    const database = new DatabaseSync(path.join(data, 'printfarm.db'))
    const { changes } = database.prepare("UPDATE audit_entries SET action = 'jobs.nothing' WHERE seq = 2").run()
    database.close()
    assert.ok(changes >= 1)
    await assert.rejects(verify, /audit/i)
  })
