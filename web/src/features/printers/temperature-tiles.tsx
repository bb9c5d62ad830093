import type { PrinterStatus } from '../../generated/protocol'
import { degrees } from '../../lib/format'

const parts = [
  { part: 'nozzle', name: 'Nozzle' },
  { part: 'bed', name: 'Bed' },
  { part: 'chamber', name: 'Chamber' },
] as const

export function TemperatureTiles({ status }: { status: PrinterStatus | undefined }) {
  // Many printers have no chamber sensor: an eternal dash would only ask what is wrong.
  const shown = parts.filter(
    ({ part }) => part !== 'chamber' || status?.temperatures?.chamber !== undefined,
  )
  return (
    <dl className="grid auto-cols-fr grid-flow-col gap-3">
      {shown.map(({ part, name }) => {
        const target = status?.targets?.[part]
        return (
          <div key={part} className="rounded-control bg-sunken px-3.5 py-2.5">
            <dt className="text-xs text-ink-3">{name}</dt>
            <dd className="figures text-lg font-semibold tracking-tight">
              {degrees(status?.temperatures?.[part])}
            </dd>
            <dd className="figures text-xs text-ink-3">
              {target === undefined
                ? 'target –'
                : target > 0
                  ? `target ${degrees(target)}`
                  : 'heater off'}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
