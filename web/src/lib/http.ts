// Every request of the app. Same origin, cookies sent by the browser. A 401 renews the session once,
// however many requests met it, and sends each of them again; if that fails the session is over.
// A request is never repeated for another reason: a start that got no answer may have happened.
import type { SignedIn } from '../generated/protocol'
import { type Problem, problem_of, unreachable } from './problem'
import { enter_session, leave_session } from './session'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Query = Record<string, string | number | boolean | undefined>

export interface SendOptions {
  query?: Query | undefined
  body?: unknown
}

export interface UploadOptions {
  onProgress?: (progress: { loaded: number; total: number }) => void
  signal?: AbortSignal
}

// A browser sends this header to another origin only after asking it, which ours never allows.
const csrf_header = 'X-PrintFarm-CSRF'
const login_path = '/auth/login'
const register_path = '/auth/register'
const refresh_path = '/auth/refresh'
const logout_path = '/auth/logout'
// A 401 of these is their answer, not a session that ran out.
const sessionless_paths = new Set([login_path, register_path, refresh_path, logout_path])

export async function send<T>(method: Method, path: string, options: SendOptions = {}): Promise<T> {
  let response = await request(method, path, options)
  if (response.status === 401 && !sessionless_paths.has(path) && (await renew_session())) {
    response = await request(method, path, options)
  }
  if (!response.ok) throw await refusal(response, path)
  const text = await response.text()
  // The generated client names T from the same declaration that the server encodes; a 204 is void.
  return (text === '' ? undefined : JSON.parse(text)) as T
}

export async function send_file<T>(
  path: string,
  file: File,
  options: UploadOptions = {},
): Promise<T> {
  let reply = await transmit(path, file, options)
  if (reply.status === 401 && (await renew_session())) {
    reply = await transmit(path, file, options)
  }
  if (reply.status < 200 || reply.status > 299) {
    const problem = problem_of(reply.status, reply.body)
    if (reply.status === 401) leave_session()
    throw problem
  }
  return JSON.parse(reply.body) as T // As in send().
}

let renewal: Promise<boolean> | undefined

// One at a time: the refresh token changes at each use, and a second use of an old one ends it all.
export function renew_session(): Promise<boolean> {
  renewal ??= renew().finally(() => {
    renewal = undefined
  })
  return renewal
}

async function renew(): Promise<boolean> {
  const response = await request('POST', refresh_path, {})
  if (!response.ok) {
    // Anything but a clear refusal (a restart, a proxy) leaves the session as it is: asked again later.
    if (response.status === 401 || response.status === 403) leave_session()
    return false
  }
  enter_session((await response.json()) as SignedIn) // As in send().
  return true
}

async function request(method: Method, path: string, options: SendOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers[csrf_header] = '1'
  const init: RequestInit = { method, headers, credentials: 'same-origin' }
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json'
    init.body = JSON.stringify(options.body)
  }
  try {
    return await fetch(path + query_text(options.query), init)
  } catch {
    throw unreachable()
  }
}

function query_text(query: Query | undefined): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

async function refusal(response: Response, path: string): Promise<Problem> {
  if (response.status === 401 && !sessionless_paths.has(path)) leave_session()
  return problem_of(response.status, await response.text().catch(() => ''))
}

interface Reply {
  status: number
  body: string
}

// XMLHttpRequest, because fetch cannot tell how much of a body has been sent.
function transmit(path: string, file: File, options: UploadOptions): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    const abort = () => xhr.abort()
    const settle = (act: () => void) => {
      options.signal?.removeEventListener('abort', abort)
      act()
    }
    const aborted = () => new DOMException('The upload was cancelled.', 'AbortError')
    if (options.signal?.aborted) return reject(aborted())
    options.signal?.addEventListener('abort', abort)
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.({ loaded: event.loaded, total: event.total })
    }
    xhr.onload = () => settle(() => resolve({ status: xhr.status, body: xhr.responseText }))
    xhr.onerror = () => settle(() => reject(unreachable()))
    xhr.onabort = () => settle(() => reject(aborted()))
    xhr.open('POST', path)
    xhr.setRequestHeader('Accept', 'application/json')
    xhr.setRequestHeader(csrf_header, '1')
    const form = new FormData()
    form.append('file', file, file.name)
    xhr.send(form)
  })
}
