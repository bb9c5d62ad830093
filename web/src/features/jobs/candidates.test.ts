import { expect, test } from 'vitest'
import type { LivePrinter, Printer } from '../../generated/protocol'
import { view_printer } from '../../lib/printer-view'
import { sort_candidates } from './candidates'

function candidate(
  name: string,
  model: string | undefined,
  state: LivePrinter['status']['state'] | 'unheard',
) {
  const printer: Printer = {
    id: name,
    hub_id: 'h',
    name,
    serial_number: '0300',
    needs_clearing: false,
    assignment: 1,
    created_at: 0,
    updated_at: 0,
    ...(model && { model }),
  }
  const live: LivePrinter | undefined =
    state === 'unheard'
      ? undefined
      : {
          printer_id: name,
          connection: { state: 'connected', since: 0 },
          status: { state },
          needs_clearing: false,
          received_at: 0,
        }
  return { printer, view: view_printer({ live, hub_online: true, server_now: 0 }) }
}

test('ready printers of the right model come first, wrong models last and ruled out', () => {
  const sorted = sort_candidates(
    [
      candidate('other model', 'BL-P001', 'idle'),
      candidate('unheard', 'N1', 'unheard'),
      candidate('broken', 'N1', 'error'),
      candidate('busy', 'N1', 'printing'),
      candidate('ready', 'N1', 'idle'),
    ],
    'N1',
  )
  expect(sorted.map(({ printer, fits }) => `${printer.name}: ${fits}`)).toEqual([
    'ready: true',
    'busy: true',
    'broken: true',
    'unheard: true',
    'other model: false',
  ])
})

test('what is not known rules nothing out', () => {
  const fits = (model: string | undefined, made_for: string | undefined) =>
    sort_candidates([candidate('a', model, 'idle')], made_for)[0]?.fits
  expect(fits(undefined, 'N1')).toBe(true)
  expect(fits('N1', undefined)).toBe(true)
  expect(fits('N1', 'C12')).toBe(false)
})
