// Light, dark, or as the system says. public/theme.js applies the same rule before the first paint.
import { create } from 'zustand'

export type Theme = 'system' | 'light' | 'dark'
const storage_key = 'printfarm.theme'

function stored(): Theme {
  try {
    const text = localStorage.getItem(storage_key)
    return text === 'light' || text === 'dark' ? text : 'system'
  } catch {
    return 'system'
  }
}

export const useTheme = create<{ theme: Theme }>(() => ({ theme: stored() }))

const system_dark = () => matchMedia('(prefers-color-scheme: dark)')

function apply(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && system_dark().matches)
  document.documentElement.classList.toggle('dark', dark)
}

export function choose_theme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(storage_key)
    else localStorage.setItem(storage_key, theme)
  } catch {
    // Not remembered then, but applied.
  }
  useTheme.setState({ theme })
  apply(theme)
}

// Follows the system while nothing was chosen.
export function follow_system_theme(): () => void {
  const query = system_dark()
  const listen = () => apply(useTheme.getState().theme)
  query.addEventListener('change', listen)
  return () => query.removeEventListener('change', listen)
}
