import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

interface AdvancedProps {
  // A fault is inside: it opens by itself, as nobody should have to look for it.
  faulty?: boolean
  children: ReactNode
}

// What few people need, one press away.
export function Advanced({ faulty, children }: AdvancedProps) {
  return (
    <details open={faulty || undefined} className="group rounded-control border">
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded-control px-3 py-2.5 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 text-ink-3 transition-transform group-open:rotate-90"
        />
        Advanced
      </summary>
      <div className="border-t px-3 py-3">{children}</div>
    </details>
  )
}
