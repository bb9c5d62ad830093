import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export function Card({ className, ...props }: ComponentProps<'div'>) {
  return (
    <div
      data-slot="card"
      className={cn('rounded-card border bg-surface shadow-card', className)}
      {...props}
    />
  )
}

type SectionProps = { title: ReactNode; aside?: ReactNode; className?: string; children: ReactNode }

// A card with its own heading, part of a page.
export function Section({ title, aside, className, children }: SectionProps) {
  return (
    <section className={cn('rounded-card border bg-surface shadow-card', className)}>
      <header className="flex min-h-12 items-center justify-between gap-3 border-b px-4 py-2 sm:px-5">
        <h2 className="font-semibold">{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}

// Name and value in a row; the value may be unknown, its place is not.
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 py-2 text-sm">
      <dt className="text-ink-3">{name}</dt>
      <dd className="figures min-w-0 text-right break-words">{children}</dd>
    </div>
  )
}
