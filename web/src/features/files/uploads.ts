// Uploads outlive the page that began them: they run here, two at a time, until they end, are
// cancelled, or the tab closes.
import { create } from 'zustand'
import { api } from '../../generated/api'
import type { PrintFileInfo } from '../../generated/protocol'
import { says } from '../../lib/problem'

export const uploads_at_once = 2
const remembered_max = 50

export type UploadState =
  | { step: 'waiting' }
  | { step: 'sending'; loaded: number }
  // All bytes are there; the server checks the file and reads its plates.
  | { step: 'reading' }
  | { step: 'stored'; file: PrintFileInfo }
  | { step: 'refused'; says: string }

export interface Upload {
  id: number
  name: string
  size: number
  state: UploadState
}

interface Uploads {
  list: readonly Upload[]
}

export const useUploads = create<Uploads>(() => ({ list: [] }))

interface Work {
  file: File
  abort: AbortController
}
const work = new Map<number, Work>()
let next_id = 1

const is_running = ({ state }: Upload) => state.step === 'sending' || state.step === 'reading'
const is_over = ({ state }: Upload) => state.step === 'stored' || state.step === 'refused'

export function add_uploads(files: readonly File[], onStored: () => void): void {
  const added = files.map((file): Upload => {
    const id = next_id
    next_id += 1
    work.set(id, { file, abort: new AbortController() })
    return { id, name: file.name, size: file.size, state: { step: 'waiting' } }
  })
  useUploads.setState(({ list }) => ({ list: trimmed([...list, ...added]) }))
  start_waiting(onStored)
}

export function cancel_upload(id: number): void {
  work.get(id)?.abort.abort()
  work.delete(id)
  useUploads.setState(({ list }) => ({ list: list.filter((upload) => upload.id !== id) }))
}

export function forget_ended_uploads(): void {
  useUploads.setState(({ list }) => ({ list: list.filter((upload) => !is_over(upload)) }))
}

function start_waiting(onStored: () => void): void {
  const { list } = useUploads.getState()
  const free = uploads_at_once - list.filter(is_running).length
  const waiting = list.filter(({ state }) => state.step === 'waiting').slice(0, Math.max(0, free))
  for (const { id } of waiting) void run(id, onStored)
}

async function run(id: number, onStored: () => void): Promise<void> {
  const job = work.get(id)
  if (!job) return
  set_state(id, { step: 'sending', loaded: 0 })
  try {
    const file = await api.files.upload(job.file, {
      signal: job.abort.signal,
      onProgress: ({ loaded, total }) =>
        set_state(id, loaded >= total ? { step: 'reading' } : { step: 'sending', loaded }),
    })
    set_state(id, { step: 'stored', file })
    onStored()
  } catch (error) {
    // A cancelled one has left the list already.
    set_state(id, { step: 'refused', says: says(error) })
  }
  work.delete(id)
  start_waiting(onStored)
}

function set_state(id: number, state: UploadState): void {
  useUploads.setState(({ list }) => ({
    list: list.map((upload) => (upload.id === id ? { ...upload, state } : upload)),
  }))
}

// Old ends go first; what still runs is never dropped from sight.
function trimmed(list: readonly Upload[]): Upload[] {
  let surplus = list.length - remembered_max
  return list.filter((upload) => {
    if (surplus <= 0 || !is_over(upload)) return true
    surplus -= 1
    return false
  })
}
