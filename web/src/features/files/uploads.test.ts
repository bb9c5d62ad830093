import { beforeEach, describe, expect, test, vi } from 'vitest'
import { api } from '../../generated/api'
import type { PrintFileInfo } from '../../generated/protocol'
import type { UploadOptions } from '../../lib/http'
import { Problem } from '../../lib/problem'
import { add_uploads, cancel_upload, forget_ended_uploads, useUploads } from './uploads'

vi.mock('../../generated/api', () => ({ api: { files: { upload: vi.fn() } } }))

const stored: PrintFileInfo = {
  id: 'f',
  name: 'n',
  size: 1,
  sha256: 'x',
  plates: [],
  created_at: 0,
  updated_at: 0,
}
let open: {
  name: string
  options: UploadOptions
  end: (file: PrintFileInfo) => void
  fail: (error: unknown) => void
}[]

beforeEach(() => {
  open = []
  useUploads.setState({ list: [] })
  vi.mocked(api.files.upload).mockImplementation(
    (file, options = {}) =>
      new Promise((end, fail) => {
        options.signal?.addEventListener('abort', () => fail(new DOMException('', 'AbortError')))
        open.push({ name: file.name, options, end, fail })
      }),
  )
})
const files = (...names: string[]) => names.map((name) => new File(['0123456789'], name))
const steps = () => useUploads.getState().list.map(({ name, state }) => `${name}: ${state.step}`)
const settle = () => vi.waitFor(() => Promise.resolve())

describe('uploads', () => {
  test('run two at a time, the others after them', async () => {
    add_uploads(files('a', 'b', 'c'), () => {})
    expect(steps()).toEqual(['a: sending', 'b: sending', 'c: waiting'])
    open[0]?.end(stored)
    await vi.waitUntil(() => open.length === 3)
    expect(steps()).toEqual(['a: stored', 'b: sending', 'c: sending'])
  })

  test('say how far they are, and that sent is not yet stored', () => {
    add_uploads(files('a'), () => {})
    open[0]?.options.onProgress?.({ loaded: 4, total: 10 })
    expect(useUploads.getState().list[0]?.state).toEqual({ step: 'sending', loaded: 4 })
    open[0]?.options.onProgress?.({ loaded: 10, total: 10 })
    expect(steps()).toEqual(['a: reading'])
  })

  test('that are refused stay with the reason, and let the next one go', async () => {
    const onStored = vi.fn()
    add_uploads(files('a', 'b', 'c'), onStored)
    open[0]?.fail(new Problem(422, 'Slice it first.'))
    await vi.waitUntil(() => open.length === 3)
    expect(useUploads.getState().list[0]?.state).toEqual({
      step: 'refused',
      says: 'Slice it first.',
    })
    expect(onStored).not.toHaveBeenCalled()
  })

  test('that are cancelled leave at once and let the next one go', async () => {
    add_uploads(files('a', 'b', 'c'), () => {})
    cancel_upload(useUploads.getState().list[0]?.id ?? -1)
    await vi.waitUntil(() => open.length === 3)
    expect(steps()).toEqual(['b: sending', 'c: sending'])
  })

  test('that wait can be cancelled before they begin', async () => {
    add_uploads(files('a', 'b', 'c'), () => {})
    cancel_upload(useUploads.getState().list[2]?.id ?? -1)
    open[0]?.end(stored)
    await settle()
    expect(open).toHaveLength(2)
  })

  test('that ended can be forgotten, running ones not', async () => {
    add_uploads(files('a', 'b'), () => {})
    open[0]?.end(stored)
    await vi.waitUntil(() => steps()[0] === 'a: stored')
    forget_ended_uploads()
    expect(steps()).toEqual(['b: sending'])
  })
})
