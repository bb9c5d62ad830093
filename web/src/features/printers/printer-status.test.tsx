import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import type { LivePrinter, PrinterStatus } from '../../generated/protocol'
import { view_printer } from '../../lib/printer-view'
import { print_name, PrintProgress, rest_words, Temperature } from './printer-status'

afterEach(cleanup)

const now = new Date(2026, 10, 22, 12, 0).getTime()
const live = (status: Partial<PrinterStatus>, more: Partial<LivePrinter> = {}): LivePrinter => ({
  printer_id: 'p',
  connection: { state: 'connected', since: 0 },
  status: { state: 'printing', ...status },
  needs_clearing: false,
  received_at: now,
  ...more,
})
function show(printer: LivePrinter) {
  const view = view_printer({ live: printer, hub_online: true, server_now: now })
  return render(<PrintProgress live={printer} view={view} server_now={now} />)
}

describe('the progress of a print', () => {
  test('is told in percent, layers, time left and the time of its end', () => {
    const { container } = show(
      live({ progress_percent: 63, layer_current: 5, layer_total: 9, time_remaining_minutes: 90 }),
    )
    expect(container.textContent).toContain('63 %')
    expect(container.textContent).toContain('Layer 5 / 9')
    expect(container.textContent).toMatch(/1 h 30 min left · 0?1:30/)
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('63')
  })

  test('that is unknown is a dash and an unknown bar, never zero', () => {
    const { container } = show(live({}))
    expect(container.textContent).toContain('–')
    expect(container.textContent).not.toMatch(/\d/)
    const bar = screen.getByRole('progressbar')
    expect(bar.getAttribute('aria-valuenow')).toBeNull()
    expect(bar.getAttribute('aria-valuetext')).toBe('unknown')
  })

  test('that is paused promises no time of its end', () => {
    const { container } = show(live({ state: 'paused', time_remaining_minutes: 90 }))
    expect(container.textContent).toContain('1 h 30 min left')
    expect(container.textContent).not.toMatch(/1:30/)
  })
})

describe('the name of a print', () => {
  const print = { print_id: 'x', type: 'ours' as const, name: 'Cube-ABCDEFGH23' }
  test('is shown without the token that is for machines', () => {
    expect(print_name(live({}, { print: { ...print, start_token: 'ABCDEFGH23' } }))).toBe('Cube')
    expect(print_name(live({}, { print }))).toBe('Cube-ABCDEFGH23')
  })
  test('is the file where the print has none, and honest where there is none at all', () => {
    expect(print_name(live({ current_file: 'a.3mf' }))).toBe('a.3mf')
    expect(print_name(live({}))).toBe('A print without a name')
  })
})

test('a temperature shows its target only while one is set', () => {
  const shown = (status: Partial<PrinterStatus>) =>
    render(<Temperature name="Nozzle" status={{ state: 'idle', ...status }} part="nozzle" />)
      .container.textContent
  expect(shown({ temperatures: { nozzle: 219.6 }, targets: { nozzle: 220 } })).toBe(
    'Nozzle 220 °C / 220 °C',
  )
  expect(shown({ temperatures: { nozzle: 24 }, targets: { nozzle: 0 } })).toBe('Nozzle 24 °C')
  expect(shown({})).toBe('Nozzle –')
})

test('a printer at rest is called ready only while it is heard', () => {
  const idle = live({ state: 'idle', last_print: 'failed' })
  const view = (printer: LivePrinter | undefined, server_now = now) =>
    view_printer({ live: printer, hub_online: true, server_now })
  expect(rest_words(idle, view(idle))).toBe(
    'The plate is empty: ready for a print. The last print failed.',
  )
  expect(rest_words(idle, view(idle, now + 3_600_000))).toBe('Waiting for its report.')
  expect(rest_words(undefined, view(undefined))).toBe('Nothing was heard of this printer yet.')
})
