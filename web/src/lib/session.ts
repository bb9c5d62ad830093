// Who is signed in, as far as this tab knows. The cookies themselves are HttpOnly: only the server's
// answers tell. http.ts writes here when a session ends or is renewed; pages read.
import { create } from 'zustand'
import type { SignedIn } from '../generated/protocol'

export type SessionState =
  { status: 'unknown' } | { status: 'signed_in'; who: SignedIn } | { status: 'signed_out' }

export const useSession = create<SessionState>(() => ({ status: 'unknown' }))

export function enter_session(who: SignedIn): void {
  useSession.setState({ status: 'signed_in', who }, true)
}

export function leave_session(): void {
  useSession.setState({ status: 'signed_out' }, true)
}

export type Role = SignedIn['role']
const roles_upward: readonly Role[] = ['viewer', 'operator', 'admin', 'owner']

export function role_reaches(role: Role, least: Role): boolean {
  return roles_upward.indexOf(role) >= roles_upward.indexOf(least)
}

// Only spares people a refusal: the server decides.
export function useMay(least: Role): boolean {
  return useSession(
    (session) => session.status === 'signed_in' && role_reaches(session.who.role, least),
  )
}
