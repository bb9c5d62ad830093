import { describe, expect, test } from 'vitest'
import type { Hub, Job, LivePrinter, Printer } from '../../generated/protocol'
import { view_printer } from '../../lib/printer-view'
import { needs_of } from './needs'

const hub = (id: string, online: boolean): Hub => ({
  id,
  name: id,
  firmware_version: '',
  hardware_revision: '',
  online,
  printer_count: 1,
  claimed_at: 0,
  updated_at: 0,
})
const job = (more: Partial<Job>): Job => ({
  id: 'j',
  kind: 'ours',
  file_id: 'f',
  file_name: 'cube',
  plate: 1,
  state: 'sending',
  needs_answer: false,
  cancelling: false,
  priority: 50,
  attempt: 1,
  submitted_by: 'u',
  created_at: 0,
  updated_at: 0,
  ...more,
})
function viewed(
  name: string,
  hub_id: string,
  state: LivePrinter['status']['state'],
  hub_online = true,
  needs_clearing = false,
) {
  const printer: Printer = {
    id: name,
    hub_id,
    name,
    serial_number: '0300',
    needs_clearing,
    assignment: 1,
    created_at: 0,
    updated_at: 0,
  }
  const live: LivePrinter = {
    printer_id: name,
    connection: { state: 'connected', since: 0 },
    status: { state },
    needs_clearing,
    received_at: 0,
  }
  return { printer, name, view: view_printer({ live, hub_online, server_now: 0 }) }
}

describe('what needs somebody', () => {
  test('comes in the order of what waiting costs', () => {
    const needs = needs_of({
      viewed: [
        viewed('plate', 'h', 'idle', true, true),
        viewed('paused', 'h', 'paused'),
        viewed('broken', 'h', 'error'),
      ],
      hubs: [hub('h', true), hub('away', false)],
      jobs: [job({ needs_answer: true }), job({ id: 'k', state: 'assigned', reason: 'no file' })],
    })
    expect(needs.map((need) => need.kind)).toEqual([
      'question',
      'error',
      'paused',
      'refused',
      'hub',
      'plate',
    ])
  })

  test('is one thing for all printers of a silent hub', () => {
    const needs = needs_of({
      viewed: [viewed('a', 'h', 'idle', false), viewed('b', 'h', 'printing', false)],
      hubs: [hub('h', false)],
      jobs: [],
    })
    expect(needs.map((need) => need.key)).toEqual(['hub:h'])
  })

  test('is nothing while all runs', () => {
    const farm = {
      viewed: [viewed('a', 'h', 'printing'), viewed('b', 'h', 'idle')],
      hubs: [hub('h', true)],
      jobs: [job({})],
    }
    expect(needs_of(farm)).toEqual([])
  })
})
