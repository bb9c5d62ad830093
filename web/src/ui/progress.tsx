import { cn } from './cn'
import type { Tone } from '../lib/tone'

const fills: Record<Tone, string> = {
  neutral: 'bg-neutral-solid',
  info: 'bg-info-solid',
  success: 'bg-success-solid',
  warning: 'bg-warning-solid',
  danger: 'bg-danger-solid',
}

interface ProgressProps {
  label: string
  // From 0 to 1; unknown shows an empty bar and says so to screen readers.
  value: number | undefined
  tone?: Tone
  className?: string
}

// Scaled, not resized: a change costs no layout. No transition, as live values are facts, not motion.
export function Progress({ label, value, tone = 'info', className }: ProgressProps) {
  const known = value === undefined ? undefined : Math.min(1, Math.max(0, value))
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={known === undefined ? undefined : Math.floor(known * 100)}
      aria-valuetext={known === undefined ? 'unknown' : undefined}
      className={cn('h-1.5 overflow-hidden rounded-full bg-sunken', className)}
    >
      <div
        className={cn('h-full origin-left rounded-full', fills[tone])}
        style={{ transform: `scaleX(${known ?? 0})` }}
      />
    </div>
  )
}
