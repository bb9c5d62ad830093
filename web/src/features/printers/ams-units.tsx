import type { AmsTray, AmsUnit, PrinterStatus } from '../../generated/protocol'
import { degrees } from '../../lib/format'
import { cn } from '../../ui/cn'
import { Section } from '../../ui/card'
import { Swatch } from '../../ui/swatch'

const kind_words: Record<AmsUnit['kind'], string> = {
  ams: 'AMS',
  ams_lite: 'AMS lite',
  ams_2_pro: 'AMS 2 Pro',
  ams_ht: 'AMS HT',
  unknown: 'AMS',
}

// Level 5 is dry (the wire's word for it).
const humidity_words = ['', 'very humid', 'humid', 'fair', 'dry', 'very dry']

export function AmsUnits({ status }: { status: PrinterStatus }) {
  const units = status.ams_status ?? []
  const external = status.current_tray === 'external'
  if (units.length === 0 && !external) return null
  return (
    <Section title="Filament">
      <div className="divide-y">
        {units.map((unit) => (
          <Unit key={unit.id} unit={unit} current_tray={status.current_tray} />
        ))}
        {external && <p className="px-4 py-3 text-sm sm:px-5">In use: the external spool</p>}
      </div>
    </Section>
  )
}

function Unit({ unit, current_tray }: { unit: AmsUnit; current_tray: string | undefined }) {
  const air = [
    unit.humidity !== undefined && humidity_words[unit.humidity],
    unit.temperature !== undefined && degrees(unit.temperature),
    unit.drying && 'drying',
  ].filter(Boolean)
  return (
    <div className="px-4 py-3 sm:px-5">
      <div className="mb-2 flex items-baseline justify-between gap-3 text-sm">
        <h3 className="font-medium">
          {kind_words[unit.kind]} {unit.id + 1}
        </h3>
        <span className="figures text-xs text-ink-3">{air.join(' · ')}</span>
      </div>
      <ul className="grid grid-cols-2 gap-2">
        {unit.trays.map((tray) => (
          <Tray key={tray.id} tray={tray} in_use={current_tray === `${unit.id}:${tray.id}`} />
        ))}
      </ul>
    </div>
  )
}

function Tray({ tray, in_use }: { tray: AmsTray; in_use: boolean }) {
  const { filament_type, remaining_percent } = tray
  return (
    <li
      className={cn(
        'flex min-w-0 items-center gap-2.5 rounded-control border px-2.5 py-2',
        in_use && 'border-accent',
      )}
    >
      <Swatch colors={filament_type ? tray.colors : []} className="size-6 rounded-full" />
      <div className="min-w-0 text-sm leading-tight">
        <p className="truncate" title={tray.brand}>
          {filament_type || <span className="text-ink-3">Empty</span>}
        </p>
        <p className="figures truncate text-xs text-ink-3">
          {tray.id + 1}
          {filament_type && remaining_percent !== undefined && ` · ${remaining_percent} % left`}
          {in_use && ' · in use'}
        </p>
      </div>
    </li>
  )
}
