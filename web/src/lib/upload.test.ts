import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { send_file } from './http'
import { enter_session } from './session'

// Stands for the browser's own, which is the edge here.
class FakeXhr extends EventTarget {
  static all: FakeXhr[] = []
  upload: { onprogress?: (event: Partial<ProgressEvent>) => void } = {}
  onload = () => {}
  onerror = () => {}
  onabort = () => {}
  status = 0
  responseText = ''
  headers: Record<string, string> = {}
  constructor() {
    super()
    FakeXhr.all.push(this)
  }
  open() {}
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value
  }
  send() {}
  abort() {
    this.onabort()
  }
  answer(status: number, body: unknown) {
    this.status = status
    this.responseText = JSON.stringify(body)
    this.onload()
  }
}

const file = new File(['x'], 'cube.gcode.3mf')
const newest = () => vi.waitUntil(() => FakeXhr.all.at(-1))

beforeEach(() => {
  FakeXhr.all = []
  vi.stubGlobal('XMLHttpRequest', FakeXhr)
})
afterEach(() => vi.unstubAllGlobals())

describe('an upload', () => {
  test('tells how far it is, and gives what was stored', async () => {
    const onProgress = vi.fn()
    const stored = send_file('/api/files/upload', file, { onProgress })
    const xhr = await newest()
    xhr.upload.onprogress?.({ lengthComputable: true, loaded: 3, total: 9 })
    xhr.answer(201, { id: 'f' })
    await expect(stored).resolves.toEqual({ id: 'f' })
    expect(onProgress).toHaveBeenCalledWith({ loaded: 3, total: 9 })
    expect(xhr.headers['X-PrintFarm-CSRF']).toBe('1')
  })

  test('that is refused says why in the words of the server', async () => {
    const stored = send_file('/api/files/upload', file)
    ;(await newest()).answer(422, { detail: 'Slice the plate first.' })
    await expect(stored).rejects.toThrow('Slice the plate first.')
  })

  test('that is cancelled ends as an abort', async () => {
    const abort = new AbortController()
    const stored = send_file('/api/files/upload', file, { signal: abort.signal })
    await newest()
    abort.abort()
    await expect(stored).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('that was cancelled before it began sends nothing', async () => {
    await expect(send_file('/x', file, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    })
  })

  test('that loses the server says what to check', async () => {
    const stored = send_file('/api/files/upload', file)
    ;(await newest()).onerror()
    await expect(stored).rejects.toMatchObject({ status: 0 })
  })

  test('is sent once more after the session was renewed', async () => {
    const who = {
      user: { id: 'u', email: 'a@b.c', name: 'A', created_at: 1 },
      organization: { id: 'o', name: 'O', created_at: 1, updated_at: 1 },
      role: 'owner' as const,
      expires_at: 5,
    }
    enter_session(who)
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(who)))
    const stored = send_file('/api/files/upload', file)
    ;(await newest()).answer(401, {})
    const second = await vi.waitUntil(() => FakeXhr.all[1])
    second.answer(201, { id: 'f' })
    await expect(stored).resolves.toEqual({ id: 'f' })
  })
})
