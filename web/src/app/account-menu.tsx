import { ChevronsUpDown, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { Link } from 'react-router'
import { api } from '../generated/api'
import { leave_session, useSession } from '../lib/session'
import { choose_theme, type Theme, useTheme } from '../lib/theme'
import { Button } from '../ui/button'
import {
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuRoot,
  MenuSeparator,
  MenuTrigger,
} from '../ui/menu'
import { tell_problem } from '../ui/toaster'

const themes = [
  { value: 'system', name: 'As the system', Icon: Monitor },
  { value: 'light', name: 'Light', Icon: Sun },
  { value: 'dark', name: 'Dark', Icon: Moon },
] as const satisfies readonly { value: Theme; name: string; Icon: unknown }[]

async function sign_out(): Promise<void> {
  try {
    await api.auth.logout()
  } catch (error) {
    // The cookies would still be good: saying "signed out" would be a wish.
    tell_problem('You are still signed in', error)
    return
  }
  leave_session()
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean)
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0).toUpperCase() ?? '')
    .join('')
}

export function AccountMenu({ compact = false }: { compact?: boolean }) {
  const session = useSession()
  const theme = useTheme((state) => state.theme)
  if (session.status !== 'signed_in') return null
  const { user, role } = session.who
  const picture = (
    <span
      aria-hidden
      className="flex size-8 shrink-0 items-center justify-center rounded-full bg-info-soft text-xs font-semibold text-info-text"
    >
      {initials(user.name)}
    </span>
  )
  return (
    <MenuRoot modal={false}>
      <MenuTrigger asChild>
        {compact ? (
          <Button variant="quiet" size="icon" className="rounded-full">
            {picture}
            <span className="sr-only">Account</span>
          </Button>
        ) : (
          <button
            type="button"
            className="flex w-full items-center gap-2.5 rounded-control p-2 text-left hover:bg-sunken"
          >
            {picture}
            <span className="min-w-0 flex-1 leading-tight">
              <span className="block truncate text-sm font-medium">{user.name}</span>
              <span className="block truncate text-xs text-ink-3">{role}</span>
            </span>
            <ChevronsUpDown aria-hidden className="size-4 text-ink-3" />
          </button>
        )}
      </MenuTrigger>
      <MenuContent
        align={compact ? 'end' : 'start'}
        side={compact ? 'bottom' : 'top'}
        className="w-54"
      >
        <MenuLabel>{user.email}</MenuLabel>
        <MenuSeparator />
        <MenuRadioGroup value={theme}>
          {themes.map(({ value, name, Icon }) => (
            <MenuRadioItem key={value} value={value} onSelect={() => choose_theme(value)}>
              <Icon aria-hidden />
              {name}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem asChild>
          <Link to="/settings">
            <Settings aria-hidden />
            Settings
          </Link>
        </MenuItem>
        <MenuItem onSelect={() => void sign_out()}>
          <LogOut aria-hidden />
          Sign out
        </MenuItem>
      </MenuContent>
    </MenuRoot>
  )
}
