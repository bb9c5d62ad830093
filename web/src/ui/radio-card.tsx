import type { ReactNode } from 'react'

interface RadioCardProps {
  // Of the group that it is one of.
  name: string
  checked: boolean
  onChoose: () => void
  title: ReactNode
  hint?: ReactNode
}

// One choice of a few that need a sentence each; the whole card is the target.
export function RadioCard({ name, checked, onChoose, title, hint }: RadioCardProps) {
  return (
    <label className="flex cursor-pointer gap-3 rounded-control border border-line-strong p-3 has-checked:border-accent has-checked:bg-info-soft/40 has-focus-visible:outline-2 has-focus-visible:outline-ring">
      <input
        type="radio"
        name={name}
        checked={checked}
        onChange={onChoose}
        className="mt-1 size-4 shrink-0 accent-primary outline-none"
      />
      <span className="min-w-0">
        <span className="block font-medium">{title}</span>
        {hint && <span className="block text-sm text-ink-2">{hint}</span>}
      </span>
    </label>
  )
}
