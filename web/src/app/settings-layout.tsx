import { NavLink, Outlet } from 'react-router'
import { useSession } from '../lib/session'
import { cn } from '../ui/cn'
import { PageHeader } from '../ui/page'
import { settings_pages_for } from './settings-pages'

// The person's own settings and the organization's, with those pages only that the role may read.
export default function SettingsLayout() {
  const session = useSession()
  if (session.status !== 'signed_in') return null
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Settings" />
      <nav aria-label="Settings" className="mb-5 flex gap-1 overflow-x-auto border-b">
        {settings_pages_for(session.who.role).map(({ path, name }) => (
          <NavLink
            key={path}
            to={path}
            end
            className={({ isActive }) =>
              cn(
                '-mb-px shrink-0 border-b-2 border-transparent px-3 py-2 text-sm font-medium text-ink-2 hover:text-ink',
                isActive && 'border-accent text-ink',
              )
            }
          >
            {name}
          </NavLink>
        ))}
      </nav>
      <Outlet />
    </div>
  )
}
