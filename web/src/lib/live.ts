// The farm, live: the one store and the one socket of this tab, and the hooks that read them by id.
import type { QueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { create } from 'zustand'
import { api } from '../generated/api'
import type { Changed, LiveHub, LivePrinter, LiveTransfer } from '../generated/protocol'
import { type Frame, LiveSocket, type SocketState } from './live-socket'
import { type Digest, type LiveKind, LiveStore } from './live-store'
import { useNow } from './now'
import { invalidate_changed, invalidate_everything } from './queries'

// A burst of transitions becomes one reading of each list.
const invalidate_ms_min = 250

const store = new LiveStore()
export const useLiveConnection = create<SocketState>(() => ({ state: 'connecting' }))

// Runs frames into the store and what they call changed into the queries.
export class LiveFeed {
  private changed: Changed[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private in_step = true

  constructor(
    private readonly target: LiveStore,
    private readonly client: QueryClient,
  ) {}

  // False: a gap, until the next snapshot.
  take(frame: Frame, now: number): boolean {
    if (frame.type === 'snapshot') {
      this.target.take_snapshot(frame, now)
      this.in_step = true
      // Whatever changed before this moment was told to nobody here.
      invalidate_everything(this.client)
    } else if (frame.type === 'update') {
      const order = this.target.take_update(frame)
      if (order === 'gap') this.in_step = false
      if (order !== 'ignored') this.remember(frame.changed)
    }
    return this.in_step
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private remember(changed: readonly Changed[]): void {
    this.changed.push(...changed)
    if (this.changed.length === 0 || this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      invalidate_changed(this.client, this.changed.splice(0))
    }, invalidate_ms_min)
  }
}

let retry: () => void = () => {}
export function retry_live(): void {
  retry()
}

// Gives the function that ends it.
export function start_live(client: QueryClient): () => void {
  const feed = new LiveFeed(store, client)
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const socket = new LiveSocket(`${scheme}://${location.host}/ws/dashboard`, {
    on_frame: (frame) => feed.take(frame, Date.now()),
    on_state: (state) => {
      if (state.state !== 'live') store.expect_snapshot()
      useLiveConnection.setState(state, true)
    },
    check_session: () => api.auth.me(),
    expects_traffic: () => store.expects_traffic(),
  })
  retry = socket.retry_now
  socket.start()
  return () => {
    retry = () => {}
    socket.stop()
    feed.stop()
    store.clear()
  }
}

function useLive<T>(kind: LiveKind, id: string | undefined, read: (id: string) => T | undefined) {
  const subscribe = useCallback(
    (listener: () => void) => (id === undefined ? () => {} : store.subscribe(kind, id, listener)),
    [kind, id],
  )
  return useSyncExternalStore(subscribe, () => (id === undefined ? undefined : read(id)))
}

const printer_of = (id: string): LivePrinter | undefined => store.find('printer', id)
const hub_of = (id: string): LiveHub | undefined => store.find('hub', id)
const transfer_of = (id: string): LiveTransfer | undefined => store.find('transfer', id)

export const useLivePrinter = (id: string | undefined) => useLive('printer', id, printer_of)
export const useLiveHub = (id: string | undefined) => useLive('hub', id, hub_of)
export const useLiveTransfer = (job_id: string | undefined) =>
  useLive('transfer', job_id, transfer_of)

const subscribe_digest = (listener: () => void) => store.subscribe_digest(listener)
const read_digest = () => store.digest()

// For lists and counts; a card uses useLivePrinter.
export function useLiveFarm(): Digest {
  return useSyncExternalStore(subscribe_digest, read_digest)
}

// Ages of what the server stamped must not follow this device's clock.
export function useServerNow(step_ms?: number): number {
  return store.server_now(useNow(step_ms))
}
