import type { PrinterError } from '../../generated/protocol'
import type { Tone } from '../../lib/tone'
import { Badge } from '../../ui/badge'
import { Section } from '../../ui/card'

const severity_tones: Record<PrinterError['severity'], Tone> = {
  fatal: 'danger',
  serious: 'danger',
  common: 'warning',
  info: 'neutral',
}

// What the printer itself complains about, in its own words.
export function PrinterErrors({ errors }: { errors: readonly PrinterError[] }) {
  if (errors.length === 0) return null
  return (
    <Section title="What the printer says">
      <ul className="divide-y">
        {errors.map((error) => (
          <li
            key={error.code}
            className="flex items-start justify-between gap-4 px-4 py-3 text-sm sm:px-5"
          >
            <div className="min-w-0">
              <p>{error.text || 'The printer gives no text for this code.'}</p>
              <p className="font-mono text-xs text-ink-3">{error.code}</p>
            </div>
            <Badge tone={severity_tones[error.severity]}>{error.severity}</Badge>
          </li>
        ))}
      </ul>
    </Section>
  )
}
