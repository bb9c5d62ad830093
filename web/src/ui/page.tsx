import type { LucideIcon } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { Button } from './button'
import { Notice } from './notice'
import { says } from '../lib/problem'

interface PageHeaderProps {
  title: string
  // What the browser's tab says; the title itself unless told.
  tab_title?: string
  aside?: ReactNode
  actions?: ReactNode
}

export function PageHeader({ title, tab_title = title, aside, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${tab_title} · PrintFarm`
  }, [tab_title])
  return (
    <header className="mb-5 flex min-h-10 flex-wrap items-center justify-between gap-x-4 gap-y-3">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-1">
        <h1 className="text-2xl font-semibold tracking-tight break-words">{title}</h1>
        {aside && <div className="figures text-sm text-ink-3">{aside}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  )
}

interface EmptyProps {
  icon: LucideIcon
  title: string
  children: ReactNode
  action?: ReactNode
}

// Says what belongs here and how to get the first.
export function Empty({ icon: Icon, title, children, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center rounded-card border border-dashed border-line-strong px-6 py-14 text-center">
      <span className="mb-4 flex size-12 items-center justify-center rounded-full bg-sunken text-ink-2">
        <Icon aria-hidden className="size-6" strokeWidth={1.75} />
      </span>
      <h2 className="mb-1 text-lg font-semibold">{title}</h2>
      <div className="max-w-md text-sm text-ink-2">{children}</div>
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}

export function LoadFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <Notice
      tone="danger"
      title="This could not be read"
      action={
        <Button size="sm" onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {says(error)}
    </Notice>
  )
}
