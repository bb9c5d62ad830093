import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Changed } from '../generated/protocol'
import { LiveFeed } from './live'
import { LiveStore } from './live-store'

let client: QueryClient
let feed: LiveFeed

const snapshot = (seq: number) => ({
  type: 'snapshot' as const,
  seq,
  server_time: 0,
  printers: [],
  hubs: [],
})
const update = (seq: number, changed: Changed[] = []) => ({
  type: 'update' as const,
  seq,
  printers: [],
  hubs: [],
  transfers: [],
  changed,
})
const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated

const printers = ['printer', 'list']
const printer_a = ['printer', 'one', 'a']
const printer_b = ['printer', 'one', 'b']
const open_jobs = ['job', 'list', 'open']
const files = ['file', 'list']

beforeEach(() => {
  vi.useFakeTimers()
  client = new QueryClient()
  for (const key of [printers, printer_a, printer_b, open_jobs, files]) client.setQueryData(key, [])
  feed = new LiveFeed(new LiveStore(() => {}), client)
  feed.take(snapshot(1), 0)
  // What the first snapshot called into question has been read again.
  for (const key of [printers, printer_a, printer_b, open_jobs, files]) client.setQueryData(key, [])
})
afterEach(() => {
  feed.stop()
  vi.useRealTimers()
})

describe('what the socket calls changed', () => {
  test('is read again: its lists and its row, nothing else', () => {
    feed.take(update(2, [{ kind: 'printer', id: 'a' }]), 0)
    vi.advanceTimersByTime(250)
    expect([printers, printer_a, printer_b, files].map(stale)).toEqual([true, true, false, false])
  })

  test('a plate is part of its printer', () => {
    feed.take(update(2, [{ kind: 'plate', id: 'b' }]), 0)
    vi.advanceTimersByTime(250)
    expect([printers, printer_a, printer_b].map(stale)).toEqual([true, false, true])
  })

  test('a burst becomes one reading', () => {
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    for (let seq = 2; seq < 50; seq += 1)
      feed.take(update(seq, [{ kind: 'job', id: `j${seq}` }]), 0)
    vi.advanceTimersByTime(250)
    expect(invalidate).toHaveBeenCalledTimes(1)
    expect(stale(open_jobs)).toBe(true)
  })

  test('telemetry alone reads nothing', () => {
    const invalidate = vi.spyOn(client, 'invalidateQueries')
    for (let seq = 2; seq < 50; seq += 1) feed.take(update(seq), 0)
    vi.advanceTimersByTime(1000)
    expect(invalidate).not.toHaveBeenCalled()
  })
})

describe('a gap', () => {
  test('lasts until the snapshot, after which everything is read again', () => {
    expect(feed.take(update(2), 0)).toBe(true)
    expect(feed.take(update(5), 0)).toBe(false)
    expect(feed.take(update(6), 0)).toBe(false)
    expect(stale(files)).toBe(false)
    expect(feed.take(snapshot(7), 0)).toBe(true)
    expect([printers, open_jobs, files].map(stale)).toEqual([true, true, true])
  })
})
