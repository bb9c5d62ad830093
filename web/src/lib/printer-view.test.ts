import { describe, expect, test } from 'vitest'
import { type LivePrinter, PrinterConnection, type PrinterStatus } from '../generated/protocol'
import { compare_needs, stale_after_ms, trouble_of, view_printer } from './printer-view'

const now = 1_000_000_000
const live = (status: Partial<PrinterStatus>, more: Partial<LivePrinter> = {}): LivePrinter => ({
  printer_id: 'p',
  connection: { state: 'connected', since: 0 },
  status: { state: 'idle', ...status },
  needs_clearing: false,
  received_at: now,
  ...more,
})
const view = (printer: LivePrinter | undefined, hub_online: boolean | undefined = true) =>
  view_printer({ live: printer, hub_online, server_now: now })

describe('a printer', () => {
  test('of which nothing was heard is neither idle nor offline', () => {
    expect(view(undefined)).toMatchObject({
      label: 'No news yet',
      current: false,
      busy: false,
      needs_clearing: false,
    })
  })

  test.each([
    ['idle', undefined, 'Idle', undefined],
    ['printing', undefined, 'Printing', undefined],
    ['printing', 'preparing', 'Preparing', undefined],
    ['printing', 'changing_filament', 'Changing filament', undefined],
    ['printing', 'calibrating', 'Calibrating', undefined],
    ['paused', undefined, 'Paused', 'paused'],
    ['error', undefined, 'Error', 'error'],
  ] as const)('that is %s (%s) is called %s and asks for %s', (state, stage, label, attention) => {
    const status = stage ? { state, stage } : { state }
    expect(view(live(status))).toMatchObject({ label, attention, current: true })
  })

  test('that is idle on an uncleared plate needs clearing', () => {
    const idle = live({ state: 'idle' }, { needs_clearing: true })
    expect(view(idle)).toMatchObject({ needs_clearing: true, attention: 'plate' })
  })

  test.each(['printing', 'paused'] as const)(
    'that is %s does not ask for clearing, although no token is live',
    (state) => {
      expect(view(live({ state }, { needs_clearing: true })).needs_clearing).toBe(false)
    },
  )

  test('whose report is old is history, with its age', () => {
    const old = live({ state: 'printing' }, { received_at: now - stale_after_ms - 1 })
    expect(view(old)).toMatchObject({
      current: false,
      tone: 'neutral',
      stale_since: old.received_at,
    })
    const fresh = live({ state: 'printing' }, { received_at: now - stale_after_ms })
    expect(view(fresh)).toMatchObject({ current: true })
    expect(view(fresh).stale_since).toBeUndefined()
  })

  test('of a silent hub is not known, however fresh its last report', () => {
    const known = view(live({ state: 'printing' }), false)
    expect(known).toMatchObject({
      label: 'Hub offline',
      busy: false,
      current: false,
      attention: 'connection',
    })
    expect(known.trouble?.title).toBe('Its hub is offline')
  })

  test('that is not connected says so, even if its last state was printing', () => {
    const lost = live(
      { state: 'printing' },
      { connection: { state: 'disconnected', reason: 'unreachable', since: 5 } },
    )
    expect(view(lost)).toMatchObject({
      label: 'Not connected',
      busy: false,
      stale_since: 5,
      attention: 'connection',
    })
  })

  test('that is being connected to asks for nobody yet', () => {
    const connecting = live({ state: 'offline' }, { connection: { state: 'connecting', since: 5 } })
    expect(view(connecting)).toMatchObject({ label: 'Connecting', attention: undefined })
  })

  test.each([
    [{ developer_mode: 'off' as const }, 'Developer Mode is off'],
    [{ storage: 'none' as const }, 'No storage'],
    [{ storage: 'read_only' as const }, 'Storage cannot be written'],
  ])('that could not print (%j) says why', (status, title) => {
    expect(view(live(status)).trouble?.title).toBe(title)
  })

  test.each([
    { developer_mode: 'unknown' as const },
    { developer_mode: 'on' as const },
    { storage: 'normal' as const },
  ])('with %j has no trouble', (status) => expect(view(live(status)).trouble).toBeUndefined())
})

describe('a reason', () => {
  const reasons = PrinterConnection.shape.reason.unwrap().options
  test.each(reasons)('%s has a name and a remedy in words', (reason) => {
    const trouble = trouble_of({ state: 'disconnected', reason, since: 0 })
    expect(trouble?.title).toMatch(/^[A-Z].+[^.]$/)
    expect(trouble?.remedy).toMatch(/\.$/)
  })
  test("gives way to the hub's own sentence", () => {
    const trouble = trouble_of({
      state: 'disconnected',
      reason: 'tls_failed',
      detail: 'Update it.',
      since: 0,
    })
    expect(trouble?.remedy).toBe('Update it.')
  })
  test('is none of a connected printer', () => {
    expect(trouble_of({ state: 'connected', reason: 'unreachable', since: 0 })).toBeUndefined()
  })
  test.each(['maintenance', 'disabled', 'address_changed'] as const)(
    '%s needs nobody',
    (reason) => {
      const printer = live(
        { state: 'offline' },
        { connection: { state: 'disconnected', reason, since: 0 } },
      )
      expect(view(printer).attention).toBeUndefined()
    },
  )
})

test('those that need somebody come first, then names in their human order', () => {
  const named = (name: string, status: Partial<PrinterStatus>) => ({
    name,
    view: view(live(status)),
  })
  const sorted = [
    named('Left 10', {}),
    named('Left 9', {}),
    named('B', { state: 'paused' }),
    named('Z', { state: 'error' }),
  ].toSorted(compare_needs)
  expect(sorted.map(({ name }) => name)).toEqual(['Z', 'B', 'Left 9', 'Left 10'])
})
