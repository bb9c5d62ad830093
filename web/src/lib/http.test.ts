import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SignedIn } from '../generated/protocol'
import { renew_session, send } from './http'
import { Problem } from './problem'
import { enter_session, useSession } from './session'

const signed_in: SignedIn = {
  user: { id: 'u', email: 'a@b.c', name: 'A', created_at: 1 },
  organization: { id: 'o', name: 'O', created_at: 1, updated_at: 1 },
  role: 'owner',
  expires_at: 5,
}

type Handler = (method: string, path: string, init: RequestInit) => Response | Promise<Response>
let asked: { method: string; path: string; init: RequestInit }[] = []

function serve(handler: Handler): void {
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const method = init.method ?? 'GET'
    asked.push({ method, path, init })
    return handler(method, path, init)
  })
}
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })
const times_asked = (path: string) => asked.filter((one) => one.path === path).length

beforeEach(() => {
  asked = []
  enter_session(signed_in)
})
afterEach(() => vi.unstubAllGlobals())

// A server whose access token has run out until /auth/refresh was called.
function expired_server(refresh: () => Response | Promise<Response>): void {
  let fresh = false
  serve(async (_method, path) => {
    if (path === '/auth/refresh') {
      const answer = await refresh()
      fresh = answer.ok
      return answer
    }
    return fresh ? json({ path }) : json({ detail: 'Sign in.' }, 401)
  })
}

describe('a session that ran out', () => {
  test('is renewed once for many requests at a time, and each is sent again', async () => {
    expired_server(async () => {
      await Promise.resolve()
      return json(signed_in)
    })
    const answers = await Promise.all(
      ['/a', '/b', '/c', '/d'].map((path) => send<{ path: string }>('GET', path)),
    )
    expect(answers.map((answer) => answer.path)).toEqual(['/a', '/b', '/c', '/d'])
    expect(times_asked('/auth/refresh')).toBe(1)
    expect(times_asked('/c')).toBe(2)
  })

  test('is renewed anew when it runs out a second time', async () => {
    serve((_method, path) => (path === '/auth/refresh' ? json(signed_in) : json({}, 200)))
    await renew_session()
    await renew_session()
    expect(times_asked('/auth/refresh')).toBe(2)
  })

  test('that cannot be renewed is over, and the refusal reaches the caller', async () => {
    expired_server(() => json({ detail: 'No.' }, 401))
    await expect(send('GET', '/a')).rejects.toMatchObject({ status: 401, message: 'Sign in.' })
    expect(useSession.getState().status).toBe('signed_out')
    expect(times_asked('/a')).toBe(1)
  })

  test('is not thrown away because the server failed while renewing', async () => {
    serve((_method, path) => (path === '/auth/refresh' ? json({}, 503) : json({}, 200)))
    expect(await renew_session()).toBe(false)
    expect(useSession.getState().status).toBe('signed_in')
  })

  test('does not repeat a request for ever when the fresh session is refused too', async () => {
    serve((_method, path) => (path === '/auth/refresh' ? json(signed_in) : json({}, 401)))
    await expect(send('GET', '/a')).rejects.toBeInstanceOf(Problem)
    expect(times_asked('/a')).toBe(2)
    expect(times_asked('/auth/refresh')).toBe(1)
    expect(useSession.getState().status).toBe('signed_out')
  })

  test('is not what a wrong password means', async () => {
    serve(() => json({ detail: 'E-mail or password is wrong.' }, 401))
    await expect(send('POST', '/auth/login', { body: {} })).rejects.toThrow(
      'E-mail or password is wrong.',
    )
    expect(times_asked('/auth/refresh')).toBe(0)
  })
})

describe('a request', () => {
  test('carries the CSRF header exactly when it is unsafe', async () => {
    serve(() => json({}))
    await send('GET', '/a')
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) await send(method, '/a')
    const headers = asked.map(({ init }) => new Headers(init.headers).get('X-PrintFarm-CSRF'))
    expect(headers).toEqual([null, '1', '1', '1', '1'])
  })

  test('leaves out parameters that nobody gave, and escapes the others', async () => {
    serve(() => json({}))
    await send('GET', '/a', { query: { limit: 5, cursor: undefined, name: 'ä&b' } })
    expect(asked[0]?.path).toBe('/a?limit=5&name=%C3%A4%26b')
  })

  test('with an empty answer gives nothing', async () => {
    serve(() => new Response(null, { status: 204 }))
    expect(await send('DELETE', '/a')).toBeUndefined()
  })

  test('that never arrives says what to check, and is not repeated', async () => {
    serve(() => Promise.reject(new TypeError('Failed to fetch')))
    await expect(send('POST', '/api/jobs/1/start')).rejects.toMatchObject({ status: 0 })
    expect(asked).toHaveLength(1)
  })

  test.each([500, 503, 409])('answered with %d is not repeated', async (status) => {
    serve(() => json({ detail: 'x' }, status))
    await expect(send('POST', '/api/jobs')).rejects.toMatchObject({ status })
    expect(asked).toHaveLength(1)
  })
})
