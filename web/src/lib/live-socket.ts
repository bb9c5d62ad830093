// One connection to /ws/dashboard, opened again for as long as it is wanted. Full jitter keeps a
// thousand browsers from coming back in the same instant after a restart.
import type { LiveError, LiveSnapshot, LiveUpdate } from '../generated/protocol'

export type Frame = LiveSnapshot | LiveUpdate | LiveError
export type SocketState =
  { state: 'connecting' } | { state: 'live' } | { state: 'away'; since: number; retry_at: number }

const retry_base_ms = 500
const retry_ceiling_ms = 30_000
const open_ms_max = 10_000
const silence_ms_max = 90_000
const gap_heals_ms_max = 5_000

export function retry_delay_ms(failures: number, random: number): number {
  return random * Math.min(retry_ceiling_ms, retry_base_ms * 2 ** failures)
}

// Our own server is trusted to keep to its declaration; only what would break the rest is checked.
export function read_frame(text: unknown): Frame | undefined {
  if (typeof text !== 'string') return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined
  const numbered = 'seq' in value && Number.isSafeInteger(value.seq)
  if (value.type === 'snapshot' || value.type === 'update')
    return numbered ? (value as Frame) : undefined
  return value.type === 'error' ? (value as Frame) : undefined
}

export interface SocketOwner {
  // False: this frame showed a gap, and a snapshot is awaited.
  on_frame: (frame: Frame) => boolean
  on_state: (state: SocketState) => void
  // A connection that never opened says no reason; the session may have ended.
  check_session: () => Promise<unknown>
  expects_traffic: () => boolean
}

export class LiveSocket {
  private socket: WebSocket | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private round = 0 // Grows with every connection given up.
  private failures = 0
  private away_since: number | undefined
  private wanted = false

  constructor(
    private readonly url: string,
    private readonly owner: SocketOwner,
    private readonly random: () => number = Math.random,
  ) {}

  start(): void {
    this.wanted = true
    window.addEventListener('online', this.retry_now)
    document.addEventListener('visibilitychange', this.on_visible)
    this.open()
  }

  stop(): void {
    this.wanted = false
    window.removeEventListener('online', this.retry_now)
    document.removeEventListener('visibilitychange', this.on_visible)
    this.drop()
  }

  readonly retry_now = (): void => {
    if (this.wanted && this.away_since !== undefined) this.open()
  }

  private readonly on_visible = (): void => {
    if (!document.hidden) this.retry_now()
  }

  private open(): void {
    this.drop()
    if (this.away_since === undefined) this.owner.on_state({ state: 'connecting' })
    const socket = new WebSocket(this.url)
    this.socket = socket
    this.limit(open_ms_max)
    let opened = false
    socket.onopen = () => {
      opened = true
    }
    socket.onmessage = (event) => this.receive(event.data)
    socket.onclose = () => this.lost(opened)
  }

  private receive(data: unknown): void {
    const frame = read_frame(data)
    if (!frame) return
    const in_step = this.owner.on_frame(frame)
    if (frame.type === 'snapshot') {
      this.failures = 0
      this.away_since = undefined
      this.owner.on_state({ state: 'live' })
    }
    if (!in_step) this.limit(gap_heals_ms_max)
    else if (frame.type !== 'error') this.limit(silence_ms_max)
  }

  // Unless a frame comes within this time, the connection is taken for dead.
  private limit(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (ms === silence_ms_max && !this.owner.expects_traffic()) this.limit(ms)
      else this.lost(true)
    }, ms)
  }

  private lost(opened: boolean): void {
    this.drop()
    if (!this.wanted) return
    const now = Date.now()
    this.away_since ??= now
    const delay_ms = retry_delay_ms(this.failures, this.random())
    this.failures += 1
    this.owner.on_state({ state: 'away', since: this.away_since, retry_at: now + delay_ms })
    const { round } = this
    const again = () => {
      // While the session was checked, somebody may have pressed "try now" or stopped us.
      if (round === this.round) this.timer = setTimeout(() => this.open(), delay_ms)
    }
    if (opened) again()
    else void this.owner.check_session().then(again, again)
  }

  // Handlers go first: close() of a socket that we left must not look like a loss.
  private drop(): void {
    clearTimeout(this.timer)
    this.round += 1
    if (!this.socket) return
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null
    this.socket.close()
    this.socket = undefined
  }
}
