// The time, for what shows an age. One timer for the whole page, and none while nobody looks.
import { useSyncExternalStore } from 'react'

const tick_ms = 1000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const notify of listeners) notify()
  }, tick_ms)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

// Rounded to `step_ms`, so that a component that shows minutes does not render each second.
export function useNow(step_ms = tick_ms): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / step_ms) * step_ms)
}
