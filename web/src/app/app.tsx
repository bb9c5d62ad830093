import { useEffect } from 'react'
import { BrowserRouter } from 'react-router'
import { api } from '../generated/api'
import { unreachable_status, Problem } from '../lib/problem'
import { enter_session, leave_session, useSession } from '../lib/session'
import { keep_session } from '../lib/session-keeper'
import { follow_system_theme, useTheme } from '../lib/theme'
import { Toaster } from '../ui/toaster'
import { AppRoutes } from './routes'

// Asks once who is signed in. A server that cannot be reached says nothing about that: asked again.
const ask_again_ms = 3000

function ask_who(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const ask = () =>
    void api.auth.me().then(enter_session, (error: unknown) => {
      const nobody_answered =
        error instanceof Problem && (error.status === unreachable_status || error.status >= 500)
      if (nobody_answered) timer = setTimeout(ask, ask_again_ms)
      else leave_session()
    })
  ask()
  return () => clearTimeout(timer)
}

export function App() {
  const theme = useTheme((state) => state.theme)
  useEffect(() => (useSession.getState().status === 'unknown' ? ask_who() : undefined), [])
  useEffect(keep_session, [])
  useEffect(follow_system_theme, [])
  return (
    <BrowserRouter>
      <AppRoutes />
      <Toaster theme={theme} />
    </BrowserRouter>
  )
}
