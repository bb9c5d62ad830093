// Whom one may decide about; the server has the last word. Owners decide about everybody, admins
// about those below them.
import { type Role, role_reaches } from '../../lib/session'

export const roles: readonly { role: Role; says: string }[] = [
  { role: 'viewer', says: 'Sees everything, changes nothing.' },
  { role: 'operator', says: 'Prints, clears plates, adds printers.' },
  { role: 'admin', says: 'Also hubs, people, API keys and the audit log.' },
  { role: 'owner', says: 'Also other admins and owners, and what cannot be undone.' },
]

export function may_decide_about(own: Role, other: Role): boolean {
  return own === 'owner' || (own === 'admin' && !role_reaches(other, 'admin'))
}

export function roles_to_give(own: Role): Role[] {
  return roles.map(({ role }) => role).filter((role) => may_decide_about(own, role))
}
