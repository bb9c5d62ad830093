import { api } from '../../generated/api'
import type { Plate, PrintFileInfo } from '../../generated/protocol'
import { duration_seconds, grams } from '../../lib/format'
import { cn } from '../../ui/cn'
import { Picture } from '../../ui/picture'
import { Swatch } from '../../ui/swatch'

interface PlateChoiceProps {
  file: PrintFileInfo
  value: number | undefined
  onChange: (plate: number) => void
}

export function PlateChoice({ file, value, onChange }: PlateChoiceProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">Plate</legend>
      <div className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {file.plates.map((plate) => (
          <label
            key={plate.index}
            className={cn(
              'flex cursor-pointer items-center gap-3 rounded-control border border-line-strong p-2 pr-3',
              'has-checked:border-accent has-checked:bg-info-soft/40 has-focus-visible:outline-2 has-focus-visible:outline-ring',
            )}
          >
            <input
              type="radio"
              name="plate"
              className="sr-only"
              checked={plate.index === value}
              onChange={() => onChange(plate.index)}
            />
            <Picture
              src={plate.has_thumbnail ? api.files.thumbnail(file.id, plate.index) : undefined}
              className="w-14"
            />
            <PlateWords plate={plate} />
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function PlateWords({ plate }: { plate: Plate }) {
  const types = [...new Set(plate.filaments.map((filament) => filament.type || 'unknown'))]
  return (
    <span className="figures min-w-0 text-sm">
      <span className="block truncate font-medium">
        Plate {plate.index}
        {plate.name && ` · ${plate.name}`}
      </span>
      <span className="block text-ink-2">
        {duration_seconds(plate.print_seconds)} · {grams(plate.weight_grams)}
      </span>
      <span className="flex items-center gap-1.5 text-xs text-ink-2">
        {plate.filaments.slice(0, 6).map((filament) => (
          <Swatch
            key={filament.id}
            colors={filament.color ? [filament.color] : []}
            className="size-3.5"
          />
        ))}
        {types.join(', ')}
      </span>
    </span>
  )
}
