import type { ReactNode } from 'react'
import { NavLink } from 'react-router'
import { DropZone } from '../features/files/drop-zone'
import { UploadTray } from '../features/files/upload-tray'
import { useSession } from '../lib/session'
import { cn } from '../ui/cn'
import { AccountMenu } from './account-menu'
import { ConnectionBanner } from './connection-banner'
import { pages } from './pages'

export function Shell({ children }: { children: ReactNode }) {
  return (
    <DropZone>
      <a
        href="#page"
        className="sr-only z-50 rounded-control bg-primary px-4 py-2 text-on-primary focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to the page
      </a>
      <Sidebar />
      <div className="lg:pl-60">
        <TopBar />
        <ConnectionBanner />
        <main
          id="page"
          tabIndex={-1}
          className="mx-auto max-w-350 px-4 pt-5 pb-28 outline-none sm:px-6 lg:px-8 lg:pt-8 lg:pb-12"
        >
          {children}
        </main>
      </div>
      <TabBar />
      <UploadTray />
    </DropZone>
  )
}

function Brand() {
  const session = useSession()
  return (
    <div className="flex min-w-0 items-center gap-2.5">
      <img src="/favicon.svg" alt="" className="size-8" />
      <div className="min-w-0 leading-tight">
        <p className="font-semibold tracking-tight">PrintFarm</p>
        {session.status === 'signed_in' && (
          <p className="truncate text-xs text-ink-3">{session.who.organization.name}</p>
        )}
      </div>
    </div>
  )
}

function Sidebar() {
  return (
    <aside className="fixed inset-y-0 left-0 z-20 hidden w-60 flex-col border-r bg-surface px-3 py-4 lg:flex">
      <div className="px-2 pb-5">
        <Brand />
      </div>
      <nav aria-label="Pages" className="flex-1 space-y-0.5">
        {pages.map(({ path, name, Icon }) => (
          <NavLink
            key={path}
            to={path}
            end={path === '/'}
            className={({ isActive }) =>
              cn(
                'flex h-10 items-center gap-3 rounded-control px-3 text-sm font-medium text-ink-2 hover:bg-sunken hover:text-ink',
                isActive && 'bg-sunken text-ink [&_svg]:text-accent-text',
              )
            }
          >
            <Icon aria-hidden className="size-4.5" strokeWidth={1.9} />
            {name}
          </NavLink>
        ))}
      </nav>
      <AccountMenu />
    </aside>
  )
}

function TopBar() {
  return (
    <header className="flex h-14 items-center justify-between gap-3 border-b bg-surface px-4 sm:px-6 lg:hidden">
      <Brand />
      <AccountMenu compact />
    </header>
  )
}

// At the bottom, where a thumb reaches.
function TabBar() {
  return (
    <nav
      aria-label="Pages"
      className="fixed inset-x-0 bottom-0 z-20 flex border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {pages.map(({ path, name, Icon }) => (
        <NavLink
          key={path}
          to={path}
          end={path === '/'}
          className={({ isActive }) =>
            cn(
              'flex h-15 min-w-0 flex-1 flex-col items-center justify-center gap-1 text-xs font-medium text-ink-3',
              isActive && 'text-ink [&_svg]:text-accent-text',
            )
          }
        >
          <Icon aria-hidden className="size-5.5" strokeWidth={1.75} />
          <span className="truncate">{name}</span>
        </NavLink>
      ))}
    </nav>
  )
}
