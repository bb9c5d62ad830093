import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SignedIn } from '../generated/protocol'
import { enter_session, leave_session, role_reaches } from './session'
import { keep_session, renewal_delay_ms } from './session-keeper'

const who = (expires_at: number): SignedIn => ({
  user: { id: 'u', email: 'a@b.c', name: 'A', created_at: 1 },
  organization: { id: 'o', name: 'O', created_at: 1, updated_at: 1 },
  role: 'owner',
  expires_at,
})
const minutes = (count: number) => count * 60_000

let refreshes: number
let stop: () => void
let answer: () => Response

beforeEach(() => {
  vi.useFakeTimers()
  refreshes = 0
  answer = () => new Response(JSON.stringify(who(Date.now() + minutes(15))))
  vi.stubGlobal('fetch', async () => {
    refreshes += 1
    return answer()
  })
  enter_session(who(Date.now() + minutes(15)))
  stop = keep_session()
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a session that is kept', () => {
  test('is renewed a minute before it expires, again and again', async () => {
    await vi.advanceTimersByTimeAsync(minutes(14) - 1)
    expect(refreshes).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(refreshes).toBe(1)
    await vi.advanceTimersByTimeAsync(minutes(14))
    expect(refreshes).toBe(2)
  })

  test('is tried again after a failure, at a calm pace', async () => {
    answer = () => new Response('', { status: 503 })
    await vi.advanceTimersByTimeAsync(minutes(14))
    expect(refreshes).toBe(1)
    await vi.advanceTimersByTimeAsync(minutes(2))
    expect(refreshes).toBe(5)
  })

  test('is let go when nobody is signed in', async () => {
    leave_session()
    await vi.advanceTimersByTimeAsync(minutes(60))
    expect(refreshes).toBe(0)
  })
})

test('a clock that runs ahead does not renew in a loop', () => {
  expect(renewal_delay_ms(1000, minutes(60))).toBe(30_000)
})

test('each role may do what those below it may', () => {
  expect(role_reaches('owner', 'admin')).toBe(true)
  expect(role_reaches('operator', 'operator')).toBe(true)
  expect(role_reaches('operator', 'admin')).toBe(false)
  expect(role_reaches('viewer', 'operator')).toBe(false)
})
