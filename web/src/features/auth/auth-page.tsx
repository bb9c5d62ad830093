// The frame around signing in and signing up.
import type { ReactNode } from 'react'
import { useEffect } from 'react'

interface AuthPageProps {
  title: string
  lead: string
  children: ReactNode
  otherwise: ReactNode
}

export function AuthPage({ title, lead, children, otherwise }: AuthPageProps) {
  useEffect(() => {
    document.title = `${title} · PrintFarm`
  }, [title])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8 flex items-center gap-2.5">
          <img src="/favicon.svg" alt="" className="size-8" />
          <span className="text-lg font-semibold tracking-tight">PrintFarm</span>
        </div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-1 mb-6 text-ink-2">{lead}</p>
        {children}
        <p className="mt-6 text-sm text-ink-2">{otherwise}</p>
      </div>
    </main>
  )
}
