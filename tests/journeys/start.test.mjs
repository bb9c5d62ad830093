// Starts that do not go as they should at the printer: nothing starts twice, nothing is lost, and
// what nobody can know is asked.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Farm } from './farm.mjs'

const evidence_deadline_ms = 300_000 // The hub's; only then is silence told.

let farm, file
let silent, switched_off, rebooting, late // Printers, by what befalls them.
let lost // The job whose start was acknowledged and never seen.

before(async () => {
  farm = await Farm.start({ printers: 4, model: 'BL-P001', speed: 1000 })
  await farm.claim_hub()
  const [, to_switch_off] = farm.simulated
  await farm.simulator.befall(to_switch_off, { type: 'switch_developer_mode', on: false, refusal: 'full' })
  const added = []
  for (const one of farm.simulated) added.push(await farm.add_printer(one))
  for (const one of added) await farm.connected(one)
  ;[silent, switched_off, rebooting, late] = added
  file = await farm.upload()
  // First, since the others take as long as the hub waits for this one.
  await farm.simulator.befall(silent, { type: 'ignore_start' })
  lost = await farm.started_job(file, silent)
})
after(() => farm?.stop())

async function completes(job, on) {
  const done = await farm.ended(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal((await farm.attempt(job)).attempt, 1)
  assert.equal(done.printer_id, on.id)
}

test('Developer Mode off: nothing is uploaded, and the user is told what to press', async () => {
  const job = await farm.create_job(file, switched_off)
  await farm.start_job(job, { plate_cleared: true })
  let seen
  await farm.until('the refusal', async () => {
    seen = await farm.job(job)
    return /developer mode/i.test(seen.reason ?? seen.waiting_for ?? '')
  })
  assert.match(seen.reason ?? seen.waiting_for, /settings|screen/i)
  const truth = await farm.simulator.truth(switched_off)
  assert.equal(truth.uploads, 0)
  assert.equal(truth.starts_ordered, 0)
})

test('a start that shows late is one start', async () => {
  await farm.simulator.befall(late, { type: 'start_late', seconds: 20 })
  const job = await farm.started_job(file, late)
  await completes(job, late)
  assert.equal(farm.orders_at(late), 1)
})

test('a start that the printer refuses never was, and the next one may go', async () => {
  await farm.simulator.befall(late, { type: 'refuse_start' })
  const job = await farm.started_job(file, late)
  await farm.attempt_is(job, 'not_started')
  assert.match((await farm.job(job)).reason ?? (await farm.job(job)).waiting_for, /\w/)
  const again = await farm.start_job(job, { plate_cleared: true })
  assert.equal(again.status, 200, JSON.stringify(again.body))
  assert.equal((await farm.ended(job)).state, 'complete')
})

test('a printer that was switched off in a print starts nothing of its own', async () => {
  const job = await farm.started_job(file, rebooting)
  await farm.in_state(job, 'printing')
  await farm.simulator.befall(rebooting, { type: 'reboot', seconds: 3 })
  await farm.until('it is away', async () =>
    (await farm.status(rebooting)).connection.state !== 'connected')
  await farm.connected(rebooting)
  await farm.until('it is idle', async () => (await farm.status(rebooting)).status.state === 'idle')
  const state = (await farm.job(job)).state
  assert.ok(!['complete', 'failed', 'cancelled'].includes(state), state)
  const forced = await farm.api.answer('POST', `/api/jobs/${job.id}/answer`,
    { outcome: 'failed', force: true })
  assert.equal(forced.status, 200, JSON.stringify(forced.body))
  assert.equal(forced.body.state, 'failed')
  assert.equal(farm.orders_at(rebooting), 1)
})

test('a start that was acknowledged and never seen is asked about, and the answer frees the printer',
  { timeout: 2 * evidence_deadline_ms }, async () => {
    await farm.until('it is asked', async () => (await farm.job(lost)).needs_answer,
      2 * evidence_deadline_ms)
    assert.equal((await farm.attempt(lost)).state, 'unknown')
    const blocked = await farm.create_job(file, silent)
    const refused = await farm.start_job(blocked, { plate_cleared: true })
    assert.ok(refused.status === 409 || refused.body.waiting_for, JSON.stringify(refused.body))
    const answer = await farm.api.answer('POST', `/api/jobs/${lost.id}/answer`, { outcome: 'not_started' })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.needs_answer, false)
    assert.equal(farm.orders_at(silent), 1)
    await farm.api.answer('POST', `/api/jobs/${lost.id}/cancel`)
    await farm.until('the printer takes the next', async () =>
      (await farm.start_job(blocked, { plate_cleared: true })).status === 200)
    await completes(blocked, silent)
    assert.equal(farm.orders_at(silent), 2)
  })
