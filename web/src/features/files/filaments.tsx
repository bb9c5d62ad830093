import type { PlateFilament } from '../../generated/protocol'
import { grams, meters } from '../../lib/format'
import { Swatch } from '../../ui/swatch'

// Materials of a plate, each with its colour: a swatch and a word, never the swatch alone.
export function Filaments({ filaments }: { filaments: readonly PlateFilament[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1.5">
      {filaments.map((filament) => (
        <li key={filament.id} className="figures flex items-center gap-2 text-sm">
          <Swatch colors={filament.color ? [filament.color] : []} />
          <span>{filament.type || 'unknown'}</span>
          <span className="text-ink-3" title={`${meters(filament.used_meters)} of filament`}>
            {grams(filament.used_grams)}
          </span>
        </li>
      ))}
    </ul>
  )
}

// For a card: one swatch per colour and the types by name.
export function FilamentSummary({ filaments }: { filaments: readonly PlateFilament[] }) {
  const types = [...new Set(filaments.map((filament) => filament.type || 'unknown'))]
  const colors = [...new Set(filaments.map((filament) => filament.color ?? ''))]
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {colors.slice(0, 6).map((color) => (
        <Swatch key={color} colors={[color]} className="size-3.5" />
      ))}
      <span className="truncate">{types.join(', ')}</span>
    </span>
  )
}
