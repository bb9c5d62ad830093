// What people and mishaps do at the printer itself, and what the farm makes of it.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Farm } from './farm.mjs'

let farm, file
const printers = []

before(async () => {
  farm = await Farm.start({ printers: 5, model: 'BL-P001', speed: 400 })
  await farm.claim_hub()
  for (const simulated of farm.simulated) printers.push(await farm.add_printer(simulated))
  for (const printer of printers) await farm.connected(printer)
  file = await farm.upload()
})
after(() => farm?.stop())

async function printing_on(printer) {
  const job = await farm.started_job(file, printer)
  await farm.in_state(job, 'printing')
  // Preparing counts as printing to people; most of what befalls a print needs it under way.
  await farm.until('it prints', async () => (await farm.simulator.truth(printer)).layer > 0)
  return job
}

const usable_again = async (printer) => {
  const done = await farm.ended(await farm.started_job(file, printer))
  assert.equal(done.state, 'complete', done.reason)
}

describe('at the screen', { concurrency: true }, () => {
  test('a print stopped at the screen is cancelled, noted, and needs a clear plate', async () => {
    const [printer] = printers
    const job = await printing_on(printer)
    await farm.simulator.befall(printer, { type: 'press_stop' })
    assert.equal((await farm.ended(job)).state, 'cancelled')
    const { items } = await farm.api.get(`/api/printers/${printer.id}/failures`)
    assert.deepEqual(items.map((one) => [one.job_id, one.failure_type]), [[job.id, 'user_cancelled']])
    assert.equal((await farm.api.get(`/api/printers/${printer.id}`)).needs_clearing, true)
    await usable_again(printer)
    assert.equal(farm.orders_at(printer), 2)
  })

  test('a print paused and resumed at the screen is told as such, and finishes', async () => {
    const printer = printers[1]
    const job = await printing_on(printer)
    await farm.simulator.befall(printer, { type: 'press_pause' })
    await farm.in_state(job, 'paused')
    await farm.simulator.befall(printer, { type: 'press_resume' })
    await farm.in_state(job, 'printing')
    assert.equal((await farm.ended(job)).state, 'complete')
    assert.equal(farm.orders_at(printer), 1)
  })

  test('a print started at the screen is seen, and voids the plate that was clear', async () => {
    const printer = printers[2]
    await farm.api.post(`/api/printers/${printer.id}/cleared`)
    await farm.simulator.befall(printer, { type: 'print_at_screen', name: 'Vase', print_seconds: 600 })
    let external
    await farm.until('the print is seen', async () => {
      const page = await farm.api.get(`/api/jobs?kind=external&printer_id=${printer.id}`)
      external = page.items[0]
      return external?.state === 'printing'
    })
    assert.match(external.file_name, /Vase/)
    assert.equal((await farm.api.get(`/api/printers/${printer.id}`)).needs_clearing, true)
    const job = await farm.create_job(file, printer)
    await farm.start_job(job)
    assert.match((await farm.job(job)).waiting_for, /clear plate|print/)
    assert.equal((await farm.ended(external)).state, 'complete')
    assert.equal(farm.orders_at(printer), 0)
    await farm.api.post(`/api/printers/${printer.id}/cleared`)
    assert.equal((await farm.ended(job)).state, 'complete')
    assert.equal(farm.orders_at(printer), 1)
  })

  test('a runout pauses with its reason until there is filament again', async () => {
    const printer = printers[3]
    const job = await printing_on(printer)
    await farm.simulator.befall(printer, { type: 'run_out_of_filament' })
    await farm.in_state(job, 'paused')
    await farm.until('the reason is told', async () =>
      (await farm.status(printer)).status.errors?.some((one) => /filament/i.test(one.text)))
    await farm.simulator.befall(printer, { type: 'insert_filament' })
    await farm.simulator.befall(printer, { type: 'press_resume' })
    assert.equal((await farm.ended(job)).state, 'complete')
  })

  test('a print that fails with an error is failed, and blocks the printer until dismissed', async () => {
    const printer = printers[4]
    const job = await printing_on(printer)
    await farm.simulator.befall(printer, { type: 'fail_print', print_error: 0x0300400d })
    const done = await farm.ended(job)
    assert.equal(done.state, 'failed')
    assert.match(done.reason, /\w/)
    await farm.until('the error is told', async () =>
      (await farm.status(printer)).status.state === 'error')
    await farm.simulator.befall(printer, { type: 'dismiss_error' })
    await farm.until('it is idle', async () => (await farm.status(printer)).status.state === 'idle')
    await usable_again(printer)
    assert.equal(farm.orders_at(printer), 2)
  })
})
