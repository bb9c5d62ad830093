import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Frame, LiveSocket, read_frame, retry_delay_ms, type SocketState } from './live-socket'

// Stands for the browser's own, which is the edge here.
class FakeSocket {
  static all: FakeSocket[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  closed = false
  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }
  close() {
    this.closed = true
    this.onclose?.()
  }
  say(frame: unknown) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
}

const snapshot = { type: 'snapshot', seq: 1, server_time: 0, printers: [], hubs: [] }
const newest = () => {
  const socket = FakeSocket.all.at(-1)
  if (!socket) throw new Error('no socket was opened')
  return socket
}
const open = () => {
  newest().onopen?.()
  newest().say(snapshot)
}

let states: SocketState[]
let in_step: boolean
let traffic: boolean
let check_session: ReturnType<typeof vi.fn<() => Promise<unknown>>>
let socket: LiveSocket

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('WebSocket', FakeSocket)
  FakeSocket.all = []
  states = []
  in_step = true
  traffic = true
  check_session = vi.fn(() => Promise.resolve())
  socket = new LiveSocket(
    'ws://server/ws/dashboard',
    {
      on_frame: (_frame: Frame) => in_step,
      on_state: (state) => states.push(state),
      check_session,
      expects_traffic: () => traffic,
    },
    () => 1,
  )
  socket.start()
})
afterEach(() => {
  socket.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const last_state = () => states.at(-1)?.state

describe('the connection', () => {
  test('is live only when a snapshot came', () => {
    newest().onopen?.()
    expect(last_state()).toBe('connecting')
    newest().say(snapshot)
    expect(last_state()).toBe('live')
  })

  test('comes back by itself, later at each failure, and at once slower than half a minute never', async () => {
    open()
    newest().onclose?.()
    expect(last_state()).toBe('away')
    const waits: number[] = []
    for (let failure = 0; failure < 9; failure += 1) {
      const before = FakeSocket.all.length
      const began = Date.now()
      while (FakeSocket.all.length === before) await vi.advanceTimersByTimeAsync(100)
      waits.push(Date.now() - began)
      newest().onopen?.()
      newest().onclose?.()
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  test('counts failures anew after a snapshot', async () => {
    open()
    for (let failure = 0; failure < 5; failure += 1) {
      newest().onclose?.()
      await vi.advanceTimersByTimeAsync(30_000)
      newest().onopen?.()
    }
    newest().say(snapshot)
    newest().onclose?.()
    const before = FakeSocket.all.length
    await vi.advanceTimersByTimeAsync(500)
    expect(FakeSocket.all.length).toBe(before + 1)
  })

  test('remembers since when it is away over all its tries', async () => {
    open()
    newest().onclose?.()
    const began = Date.now()
    await vi.advanceTimersByTimeAsync(500)
    newest().onclose?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(states.at(-1)).toMatchObject({ state: 'away', since: began })
  })

  test('that never opened asks whether the session still holds', async () => {
    newest().onclose?.()
    expect(check_session).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(500)
    expect(FakeSocket.all).toHaveLength(2)
  })

  test('that was open does not suspect the session', () => {
    open()
    newest().onclose?.()
    expect(check_session).not.toHaveBeenCalled()
  })

  test('is tried at once when asked, and only one at a time', async () => {
    open()
    newest().onclose?.()
    socket.retry_now()
    expect(FakeSocket.all).toHaveLength(2)
    open()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(FakeSocket.all).toHaveLength(2)
  })

  test('is not opened twice when "try now" comes while the session is checked', async () => {
    newest().onclose?.()
    socket.retry_now()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(FakeSocket.all).toHaveLength(2)
  })

  test('is left alone by "try now" while it is live', () => {
    open()
    socket.retry_now()
    expect(FakeSocket.all).toHaveLength(1)
  })

  test('that was stopped does not come back', async () => {
    open()
    socket.stop()
    expect(newest().closed).toBe(true)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(FakeSocket.all).toHaveLength(1)
  })

  test('whose handshake hangs is given up', async () => {
    await vi.advanceTimersByTimeAsync(10_000)
    expect(last_state()).toBe('away')
    expect(newest().closed).toBe(true)
  })

  test('that is silent although printers report is taken for dead', async () => {
    open()
    await vi.advanceTimersByTimeAsync(89_000)
    expect(last_state()).toBe('live')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(last_state()).toBe('away')
  })

  test('may be silent where no printer is connected', async () => {
    traffic = false
    open()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(last_state()).toBe('live')
  })

  test('waits a moment for the snapshot that heals a gap, then starts over', async () => {
    open()
    in_step = false
    newest().say({ type: 'update', seq: 9 })
    await vi.advanceTimersByTimeAsync(4_900)
    expect(last_state()).toBe('live')
    await vi.advanceTimersByTimeAsync(100)
    expect(last_state()).toBe('away')
  })
})

describe('a frame', () => {
  test.each([
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{"type":"snapshot"}',
    '{"type":"update","seq":"1"}',
    '{"type":"other","seq":1}',
    '{',
  ])('that reads %s is skipped', (text) => expect(read_frame(text)).toBeUndefined())
  test('that is binary is skipped', () => expect(read_frame(new ArrayBuffer(4))).toBeUndefined())
  test('of a known type is taken', () => {
    expect(read_frame('{"type":"update","seq":3}')).toMatchObject({ seq: 3 })
    expect(read_frame('{"type":"error","code":"x","text":""}')).toMatchObject({ code: 'x' })
  })
})

test('waiting is spread over the whole span', () => {
  expect(retry_delay_ms(0, 0)).toBe(0)
  expect(retry_delay_ms(3, 0.5)).toBe(2000)
  expect(retry_delay_ms(60, 1)).toBe(30_000)
})
