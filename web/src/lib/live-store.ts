// What the farm is doing now, by id. Frames only fill a buffer; once per animation frame the buffer
// is taken over and exactly the subscribers of what changed are told. So a thousand messages a second
// cost one pass a frame, and a card renders only for its own printer. Nothing here is ever stored,
// and none of it goes into a query: queries hold rows, this holds telemetry.
import type {
  LiveHub,
  LivePrinter,
  LiveSnapshot,
  LiveTransfer,
  LiveUpdate,
} from '../generated/protocol'

type Listener = () => void
type Schedule = (work: () => void) => void

interface Kinds {
  printer: LivePrinter
  hub: LiveHub
  transfer: LiveTransfer
}
export type LiveKind = keyof Kinds

export interface Digest {
  printers: ReadonlyMap<string, LivePrinter>
  hubs: ReadonlyMap<string, LiveHub>
}

// Lists and counts are derived from the whole farm, and people cannot read faster than this.
const digest_ms_min = 250
const hidden_flush_ms = 250
// Transfers end without a word; the oldest are forgotten.
const transfers_max = 500

// No frames are painted in a hidden tab, so that requestAnimationFrame would wait for ever.
export function schedule_frame(work: () => void): void {
  if (document.hidden) setTimeout(work, hidden_flush_ms)
  else requestAnimationFrame(work)
}

export type Order = 'in_step' | 'gap' | 'ignored'

export class LiveStore {
  private readonly values = {
    printer: new Map<string, LivePrinter>(),
    hub: new Map<string, LiveHub>(),
    transfer: new Map<string, LiveTransfer>(),
  }
  private readonly pending = {
    printer: new Map<string, LivePrinter | undefined>(),
    hub: new Map<string, LiveHub | undefined>(),
    transfer: new Map<string, LiveTransfer | undefined>(),
  }
  private readonly listeners = new Map<string, Set<Listener>>()
  private readonly digest_listeners = new Set<Listener>()
  private digest_value: Digest = { printers: new Map(), hubs: new Map() }
  private digest_timer: ReturnType<typeof setTimeout> | undefined
  private flush_planned = false
  private seq: number | undefined
  private server_offset_ms = 0

  constructor(private readonly schedule: Schedule = schedule_frame) {}

  // The whole truth: what it does not name is gone.
  take_snapshot(snapshot: LiveSnapshot, received_at: number): void {
    this.seq = snapshot.seq
    this.server_offset_ms = snapshot.server_time - received_at
    this.replace('printer', new Map(snapshot.printers.map((one) => [one.printer_id, one])))
    this.replace('hub', new Map(snapshot.hubs.map((one) => [one.hub_id, one])))
    this.replace('transfer', new Map())
    this.plan_flush()
  }

  // Entries are whole, so that they are true even behind a gap; only what the gap swallowed is not
  // known until the snapshot that the server then sends by itself.
  take_update(update: LiveUpdate): Order {
    if (this.seq === undefined || update.seq <= this.seq) return 'ignored'
    const order = update.seq === this.seq + 1 ? 'in_step' : 'gap'
    this.seq = update.seq
    for (const one of update.printers) this.pending.printer.set(one.printer_id, one)
    for (const one of update.hubs) this.pending.hub.set(one.hub_id, one)
    for (const one of update.transfers) this.pending.transfer.set(one.job_id, one)
    this.plan_flush()
    return order
  }

  // A new connection starts counting anew; what is known stays, and ages in plain sight.
  expect_snapshot(): void {
    this.seq = undefined
  }

  // Another organisation, or nobody.
  clear(): void {
    this.seq = undefined
    this.replace('printer', new Map())
    this.replace('hub', new Map())
    this.replace('transfer', new Map())
    this.plan_flush()
  }

  find<K extends LiveKind>(kind: K, id: string): Kinds[K] | undefined {
    return this.map_of(kind).get(id)
  }

  subscribe(kind: LiveKind, id: string, listener: Listener): () => void {
    const key = `${kind}:${id}`
    const set = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, set.add(listener))
    return () => {
      set.delete(listener)
      if (set.size === 0) this.listeners.delete(key)
    }
  }

  // The whole farm, as a value that changes at most four times a second.
  digest(): Digest {
    return this.digest_value
  }

  subscribe_digest(listener: Listener): () => void {
    this.digest_listeners.add(listener)
    return () => this.digest_listeners.delete(listener)
  }

  server_now(now: number): number {
    return now + this.server_offset_ms
  }

  // Connected printers report at least every 30 s; without one, silence says nothing.
  expects_traffic(): boolean {
    for (const { connection } of this.values.printer.values()) {
      if (connection.state === 'connected') return true
    }
    return false
  }

  private replace<K extends LiveKind>(kind: K, next: ReadonlyMap<string, Kinds[K]>): void {
    const pending = this.pending_of(kind)
    pending.clear()
    for (const id of this.map_of(kind).keys()) pending.set(id, undefined)
    for (const [id, one] of next) pending.set(id, one)
  }

  private plan_flush(): void {
    if (this.flush_planned) return
    this.flush_planned = true
    this.schedule(() => this.flush())
  }

  private flush(): void {
    this.flush_planned = false
    const farm_changed = this.pending.printer.size > 0 || this.pending.hub.size > 0
    const told = new Set<Listener>()
    for (const kind of ['printer', 'hub', 'transfer'] as const) this.commit(kind, told)
    for (const listener of told) listener()
    if (farm_changed) this.plan_digest()
  }

  private commit<K extends LiveKind>(kind: K, told: Set<Listener>): void {
    const values = this.map_of(kind)
    for (const [id, one] of this.pending_of(kind)) {
      if (one === undefined) values.delete(id)
      else values.set(id, one)
      for (const listener of this.listeners.get(`${kind}:${id}`) ?? []) told.add(listener)
    }
    this.pending_of(kind).clear()
    if (kind !== 'transfer') return
    for (const id of values.keys()) {
      if (values.size <= transfers_max) break
      values.delete(id)
    }
  }

  // The first change shows at once, those after it together.
  private plan_digest(): void {
    if (this.digest_timer !== undefined) return
    this.publish_digest()
    this.digest_timer = setTimeout(() => {
      this.digest_timer = undefined
      const { printers, hubs } = this.digest_value
      const current =
        same_entries(printers, this.values.printer) && same_entries(hubs, this.values.hub)
      if (!current) this.plan_digest()
    }, digest_ms_min)
  }

  private publish_digest(): void {
    this.digest_value = { printers: new Map(this.values.printer), hubs: new Map(this.values.hub) }
    for (const listener of this.digest_listeners) listener()
  }

  // TypeScript cannot see that the map under a kind holds that kind when the kind is a type parameter.
  private map_of<K extends LiveKind>(kind: K): Map<string, Kinds[K]> {
    return this.values[kind] as Map<string, Kinds[K]>
  }
  private pending_of<K extends LiveKind>(kind: K): Map<string, Kinds[K] | undefined> {
    return this.pending[kind] as Map<string, Kinds[K] | undefined>
  }
}

function same_entries<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  if (a.size !== b.size) return false
  for (const [id, one] of b) if (a.get(id) !== one) return false
  return true
}
