// Keeps the session of an open tab alive: renews the access token before it expires, so that the
// dashboard socket and uploads never meet a 401 in the middle.
import { renew_session } from './http'
import { useSession } from './session'

const renew_before_ms = 60_000
// A client's clock that runs ahead must not make it renew in a loop.
const delay_ms_min = 30_000

export function renewal_delay_ms(expires_at: number, now: number): number {
  return Math.max(expires_at - now - renew_before_ms, delay_ms_min)
}

// Gives the function that ends the keeping.
export function keep_session(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const plan = () => {
    clearTimeout(timer)
    const session = useSession.getState()
    if (session.status !== 'signed_in') return
    timer = setTimeout(renew_or_retry, renewal_delay_ms(session.who.expires_at, Date.now()))
  }
  // Success comes back as a new session and plans the next; after a failure the old one is planned again.
  const renew_or_retry = () => void renew_session().then((renewed) => renewed || plan(), plan)
  const unsubscribe = useSession.subscribe(plan)
  plan()
  return () => {
    clearTimeout(timer)
    unsubscribe()
  }
}
