import { describe, expect, test } from 'vitest'
import type { LivePrinter, Printer } from '../../generated/protocol'
import { view_printer } from '../../lib/printer-view'
import { columns_of } from './printer-grid'
import { filter_counts, select_printers } from './printer-list'

function viewed(
  name: string,
  state: LivePrinter['status']['state'] | undefined,
  more: Partial<Printer> = {},
) {
  const printer: Printer = {
    id: name,
    hub_id: 'h',
    name,
    serial_number: 'SERIAL',
    needs_clearing: false,
    assignment: 1,
    created_at: 0,
    updated_at: 0,
    ...more,
  }
  const live: LivePrinter | undefined = state && {
    printer_id: name,
    connection: { state: 'connected', since: 0 },
    status: { state },
    needs_clearing: false,
    received_at: 0,
  }
  return { printer, name, view: view_printer({ live, hub_online: true, server_now: 0 }) }
}
const farm = [
  viewed('Alder', 'printing', { model: 'N1' }),
  viewed('Birch', 'idle', { serial_number: '03W123' }),
  viewed('Cedar', 'error'),
  viewed('Dogwood', undefined),
]
const names = (filter: Parameters<typeof select_printers>[1], search = '') =>
  select_printers(farm, filter, search).map((printer) => printer.name)

describe('the wall', () => {
  test('is filtered by what printers do, and counts the same', () => {
    expect(names('busy')).toEqual(['Alder'])
    expect(names('idle')).toEqual(['Birch'])
    expect(names('attention')).toEqual(['Cedar'])
    expect(names('away')).toEqual(['Dogwood'])
    expect(filter_counts(farm)).toEqual({ all: 4, attention: 1, busy: 1, idle: 1, away: 1 })
  })

  test.each([
    ['  alder ', ['Alder']],
    ['03w', ['Birch']],
    ['a1 mini', ['Alder']],
    ['nothing', []],
  ])('is searched by name, serial number and model: %j', (search, found) =>
    expect(names('all', search)).toEqual(found),
  )

  test.each([
    [0, 1],
    [390, 1],
    [590, 2],
    [1440, 4],
  ])('of %d pixels has %d columns', (width, columns) => expect(columns_of(width)).toBe(columns))
})
