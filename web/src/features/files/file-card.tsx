import { Play } from 'lucide-react'
import { Link } from 'react-router'
import type { PrintFileInfo } from '../../generated/protocol'
import { count, duration_seconds, grams, millimeters, unknown_mark } from '../../lib/format'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { Picture } from '../../ui/picture'
import { FilamentSummary } from './filaments'
import { made_for, picture_of, sum } from './file-facts'

interface FileCardProps {
  file: PrintFileInfo
  onPrint: (file_id: string) => void
}

export function FileCard({ file, onPrint }: FileCardProps) {
  const may_print = useMay('operator')
  const { plates } = file
  const filaments = plates.flatMap((plate) => plate.filaments)
  return (
    <li className="relative flex flex-col rounded-card border bg-surface p-3 shadow-card transition-colors hover:border-line-strong">
      <Picture src={picture_of(file.id, plates[0])} className="mb-3 aspect-4/3 w-full" />
      <h2 className="truncate font-semibold" title={file.name}>
        <Link to={`/files/${file.id}`} className="after:absolute after:inset-0 after:rounded-card">
          {file.name}
        </Link>
      </h2>
      <p className="figures truncate text-sm text-ink-3">
        {made_for(file) ?? 'model unknown'} · {millimeters(file.nozzle_diameter)} nozzle
        {plates.length > 1 && ` · ${count(plates.length, 'plate')}`}
      </p>
      <div className="mt-3 flex items-end justify-between gap-3">
        <div className="figures min-w-0 text-sm text-ink-2">
          <p>
            {duration_seconds(sum(plates.map((plate) => plate.print_seconds)))} ·{' '}
            {grams(sum(plates.map((plate) => plate.weight_grams)))}
          </p>
          {filaments.length > 0 ? <FilamentSummary filaments={filaments} /> : unknown_mark}
        </div>
        {may_print && (
          <Button
            size="sm"
            className="relative z-10"
            onClick={() => onPrint(file.id)}
            aria-label={`Print ${file.name}`}
          >
            <Play aria-hidden />
            Print
          </Button>
        )}
      </div>
    </li>
  )
}
