import { type Role, role_reaches } from '../lib/session'

const settings_pages: readonly { path: string; name: string; least: Role }[] = [
  { path: '/settings', name: 'Account', least: 'viewer' },
  { path: '/settings/members', name: 'Members', least: 'viewer' },
  { path: '/settings/api-keys', name: 'API keys', least: 'admin' },
  { path: '/settings/audit', name: 'Audit log', least: 'admin' },
]

// The others would answer "your role does not allow this".
export function settings_pages_for(role: Role) {
  return settings_pages.filter(({ least }) => role_reaches(role, least))
}
