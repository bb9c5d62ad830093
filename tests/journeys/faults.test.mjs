// Networks and cards that misbehave: what can be tried again is, and the printer is told to print
// once.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Farm } from './farm.mjs'

let farm
const printers = []

before(async () => {
  farm = await Farm.start({ printers: 5, model: 'BL-P001', speed: 1000 })
  await farm.claim_hub()
  for (const simulated of farm.simulated) printers.push(await farm.add_printer(simulated))
  for (const printer of printers) await farm.connected(printer)
})
after(() => farm?.stop())

async function prints_once(printer) {
  const job = await farm.started_job(await farm.upload_unseen(), printer)
  const done = await farm.ended(job)
  assert.equal(done.state, 'complete', done.reason)
  assert.equal(farm.orders_at(printer), 1)
}

describe('around a print', { concurrency: true }, () => {
  test('an upload that the printer breaks off is made again from its beginning', async () => {
    const [printer] = printers
    await farm.simulator.befall(printer, { type: 'abort_upload', after_bytes: 1000 })
    await prints_once(printer)
    assert.equal((await farm.simulator.truth(printer)).uploads, 1)
  })

  test('an upload that is broken off each time ends the attempt, with the reason', async () => {
    const printer = printers[1]
    await farm.simulator.befall(printer, { type: 'abort_upload', after_bytes: 1000, uploads: 100 })
    const job = await farm.started_job(await farm.upload_unseen(), printer)
    await farm.attempt_is(job, 'rejected')
    const { state, reason } = await farm.job(job)
    assert.equal(state, 'assigned')
    assert.match(reason, /\w+ \w+/)
    assert.equal(farm.orders_at(printer), 0)
  })

  test('connections that are cut in a print cost nothing but a moment', async () => {
    const printer = printers[2]
    const job = await farm.started_job(await farm.upload_unseen(), printer)
    await farm.in_state(job, 'printing')
    await farm.simulator.befall(printer, { type: 'drop_connections' })
    assert.equal((await farm.ended(job)).state, 'complete')
    assert.equal(farm.orders_at(printer), 1)
  })

  test('a printer with a new address is found again by itself', async () => {
    const printer = printers[3]
    const ip_address = `${farm.network}.100`
    await farm.simulator.befall(printer, { type: 'change_address', ip_address })
    // Nothing answers at the old one any more.
    await prints_once(printer)
    assert.equal((await farm.simulator.truth(printer)).ip_address, ip_address)
  })

  test('a printer with a new access code is told as such until somebody enters it', async () => {
    const printer = printers[4]
    await farm.simulator.befall(printer, { type: 'change_access_code', access_code: 'newcode1' })
    await farm.until('the refusal is told', async () =>
      (await farm.status(printer)).connection.reason === 'refused_code')
    const { status } = await farm.api.answer('PUT', `/api/printers/${printer.id}`, { access_code: 'newcode1' })
    assert.equal(status, 200)
    await farm.connected(printer)
    await prints_once(printer)
  })
})
