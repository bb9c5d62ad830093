import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LivePrinter, LiveSnapshot, LiveUpdate } from '../generated/protocol'
import { LiveStore } from './live-store'

const printer = (id: string, percent: number): LivePrinter => ({
  printer_id: id,
  connection: { state: 'connected', since: 0 },
  status: { state: 'printing', progress_percent: percent },
  needs_clearing: false,
  received_at: 0,
})
const snapshot = (seq: number, printers: LivePrinter[], server_time = 0): LiveSnapshot => ({
  type: 'snapshot',
  seq,
  server_time,
  printers,
  hubs: [],
})
const update = (
  seq: number,
  printers: LivePrinter[] = [],
  more: Partial<LiveUpdate> = {},
): LiveUpdate => ({
  type: 'update',
  seq,
  printers,
  hubs: [],
  transfers: [],
  changed: [],
  ...more,
})

let frames: (() => void)[] = []
const paint = () => frames.splice(0).forEach((work) => work())
let store: LiveStore
const percent_of = (id: string) => store.find('printer', id)?.status.progress_percent

beforeEach(() => {
  vi.useFakeTimers()
  frames = []
  store = new LiveStore((work) => frames.push(work))
})
afterEach(() => vi.useRealTimers())

describe('the live store', () => {
  test('shows what a snapshot says after the next frame', () => {
    store.take_snapshot(snapshot(1, [printer('a', 5)]), 0)
    expect(percent_of('a')).toBeUndefined()
    paint()
    expect(percent_of('a')).toBe(5)
  })

  test('tells the subscribers of what changed once a frame, and nobody else', () => {
    store.take_snapshot(snapshot(1, [printer('a', 1), printer('b', 1)]), 0)
    paint()
    const on_a = vi.fn()
    const on_b = vi.fn()
    store.subscribe('printer', 'a', on_a)
    store.subscribe('printer', 'b', on_b)
    for (let seq = 2; seq < 100; seq += 1) store.take_update(update(seq, [printer('a', seq)]))
    expect(frames).toHaveLength(1)
    paint()
    expect(on_a).toHaveBeenCalledTimes(1)
    expect(on_b).not.toHaveBeenCalled()
    expect(percent_of('a')).toBe(99)
  })

  test('keeps the same object for a printer that did not change', () => {
    store.take_snapshot(snapshot(1, [printer('a', 1), printer('b', 1)]), 0)
    paint()
    const before = store.find('printer', 'b')
    store.take_update(update(2, [printer('a', 2)]))
    paint()
    expect(store.find('printer', 'b')).toBe(before)
  })

  test('forgets what a new snapshot does not name, and tells its subscribers', () => {
    store.take_snapshot(snapshot(1, [printer('a', 1), printer('b', 1)]), 0)
    paint()
    const on_b = vi.fn()
    store.subscribe('printer', 'b', on_b)
    store.take_snapshot(snapshot(9, [printer('a', 2)]), 0)
    paint()
    expect(store.find('printer', 'b')).toBeUndefined()
    expect(on_b).toHaveBeenCalledTimes(1)
  })

  test('a snapshot wins over updates that wait for the frame', () => {
    store.take_snapshot(snapshot(1, []), 0)
    store.take_update(update(2, [printer('gone', 50)]))
    store.take_snapshot(snapshot(7, [printer('a', 3)]), 0)
    paint()
    expect(store.find('printer', 'gone')).toBeUndefined()
    expect(percent_of('a')).toBe(3)
  })

  test('says that a number is missing, and still shows what came', () => {
    store.take_snapshot(snapshot(4, []), 0)
    expect(store.take_update(update(5))).toBe('in_step')
    expect(store.take_update(update(8, [printer('a', 8)]))).toBe('gap')
    expect(store.take_update(update(9))).toBe('in_step')
    paint()
    expect(percent_of('a')).toBe(8)
  })

  test.each([
    ['the same number again', 4],
    ['an older number', 2],
  ])('ignores %s', (_what, seq) => {
    store.take_snapshot(snapshot(4, [printer('a', 4)]), 0)
    expect(store.take_update(update(seq, [printer('a', 99)]))).toBe('ignored')
    paint()
    expect(percent_of('a')).toBe(4)
  })

  test('ignores updates before a snapshot, also after a new connection', () => {
    expect(store.take_update(update(1, [printer('a', 1)]))).toBe('ignored')
    store.take_snapshot(snapshot(4, [printer('a', 4)]), 0)
    store.expect_snapshot()
    expect(store.take_update(update(5, [printer('a', 5)]))).toBe('ignored')
    paint()
    expect(percent_of('a')).toBe(4)
  })

  test('no longer tells who has left', () => {
    const listener = vi.fn()
    store.subscribe('printer', 'a', listener)()
    store.take_snapshot(snapshot(1, [printer('a', 1)]), 0)
    paint()
    expect(listener).not.toHaveBeenCalled()
  })

  test('counts time by the server, not by this device', () => {
    store.take_snapshot(snapshot(1, [], 1_000_000), 400_000)
    expect(store.server_now(400_500)).toBe(1_000_500)
  })

  test('keeps transfers by job and forgets the oldest of too many', () => {
    store.take_snapshot(snapshot(1, []), 0)
    const transfers = Array.from({ length: 600 }, (_, index) => ({
      job_id: `j${index}`,
      stage: 'uploading' as const,
      bytes_sent: index,
      bytes_total: 600,
    }))
    store.take_update(update(2, [], { transfers }))
    paint()
    expect(store.find('transfer', 'j0')).toBeUndefined()
    expect(store.find('transfer', 'j599')?.bytes_sent).toBe(599)
  })

  test('expects traffic only while a printer is connected', () => {
    store.take_snapshot(snapshot(1, []), 0)
    paint()
    expect(store.expects_traffic()).toBe(false)
    store.take_update(update(2, [printer('a', 1)]))
    paint()
    expect(store.expects_traffic()).toBe(true)
  })

  test('is empty after another organisation came', () => {
    store.take_snapshot(snapshot(1, [printer('a', 1)]), 0)
    paint()
    store.clear()
    paint()
    expect(store.find('printer', 'a')).toBeUndefined()
  })
})

describe('the digest for lists', () => {
  test('changes at once, then at most four times a second, and ends current', () => {
    const listener = vi.fn()
    store.subscribe_digest(listener)
    store.take_snapshot(snapshot(1, [printer('a', 1)]), 0)
    paint()
    expect(listener).toHaveBeenCalledTimes(1)
    for (let seq = 2; seq < 60; seq += 1) {
      store.take_update(update(seq, [printer('a', seq)]))
      paint()
    }
    expect(listener).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(250)
    expect(listener).toHaveBeenCalledTimes(2)
    expect(store.digest().printers.get('a')?.status.progress_percent).toBe(59)
  })

  test('stays the same value while nothing happens', () => {
    store.take_snapshot(snapshot(1, [printer('a', 1)]), 0)
    paint()
    const before = store.digest()
    vi.advanceTimersByTime(10_000)
    expect(store.digest()).toBe(before)
  })
})
