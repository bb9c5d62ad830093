import { Toaster as Sonner, toast } from 'sonner'
import { says } from '../lib/problem'

export function Toaster({ theme }: { theme: 'system' | 'light' | 'dark' }) {
  return (
    <Sonner
      theme={theme}
      position="bottom-center"
      // Above the tab bar of a phone.
      mobileOffset={{ bottom: 80 }}
      closeButton
      // The library has a font of its own.
      className="!font-sans"
      toastOptions={{
        style: {
          background: 'var(--surface)',
          color: 'var(--ink)',
          border: '1px solid var(--line)',
          borderRadius: '0.75rem',
          boxShadow: 'var(--shadow-raised)',
          fontFamily: 'inherit',
        },
        // Secondary text in our own colour: the library's is too pale for one of the themes.
        classNames: { description: '!text-ink-2' },
      }}
    />
  )
}

export function tell(title: string, description?: string): void {
  toast(title, description === undefined ? {} : { description })
}

// For actions without a form of their own.
export function tell_problem(title: string, error: unknown): void {
  toast.error(title, { description: says(error), duration: 10_000 })
}
