// Small pieces that say how a printer is, shared by card, page and overview.
import { CircleDashed, CircleDot, Layers, Pause, Play, TriangleAlert, Unplug } from 'lucide-react'
import type { LivePrinter, PrinterStatus } from '../../generated/protocol'
import { age, degrees, duration_minutes, layers, moment, percent } from '../../lib/format'
import type { PrinterView } from '../../lib/printer-view'
import { Badge } from '../../ui/badge'
import { Progress } from '../../ui/progress'

function PrinterIcon({ view }: { view: PrinterView }) {
  if (view.label === 'Error') return <TriangleAlert aria-hidden />
  if (view.label === 'Paused') return <Pause aria-hidden />
  if (view.busy) return <Play aria-hidden />
  if (view.trouble && !view.current) return <Unplug aria-hidden />
  return view.current ? <CircleDot aria-hidden /> : <CircleDashed aria-hidden />
}

export function PrinterBadge({ view }: { view: PrinterView }) {
  return (
    <Badge tone={view.tone} icon={<PrinterIcon view={view} />}>
      {view.label}
    </Badge>
  )
}

export function PlateBadge() {
  return (
    <Badge tone="warning" icon={<Layers aria-hidden />}>
      Needs clearing
    </Badge>
  )
}

// Values of a moment that is past, and how long ago it was.
export function StaleAge({ view, server_now }: { view: PrinterView; server_now: number }) {
  if (view.stale_since === undefined) return null
  return (
    <span className="figures text-xs text-ink-3">as of {age(view.stale_since, server_now)}</span>
  )
}

const tone_of = (view: PrinterView) =>
  view.label === 'Paused' ? 'warning' : view.busy ? 'info' : 'neutral'

interface PrintProgressProps {
  live: LivePrinter
  view: PrinterView
  server_now: number
}

export function PrintProgress({ live, view, server_now }: PrintProgressProps) {
  const { status } = live
  const remaining = status.time_remaining_minutes
  // Counted from when the printer said it; a paused print ends when somebody resumes it.
  const running = status.state === 'printing'
  const ends_at =
    running && remaining !== undefined ? live.received_at + remaining * 60_000 : undefined
  return (
    <div>
      <p className="truncate text-sm text-ink-2" title={print_name(live)}>
        {print_name(live)}
      </p>
      <div className="mt-1 flex items-baseline justify-between gap-3">
        <span className="figures text-xl font-semibold tracking-tight">
          {percent(status.progress_percent)}
        </span>
        <span className="figures truncate text-sm text-ink-2">
          {remaining === undefined ? 'time left unknown' : `${duration_minutes(remaining)} left`}
          {ends_at !== undefined && remaining !== 0 && (
            <span className="text-ink-3"> · {moment(ends_at, server_now)}</span>
          )}
        </span>
      </div>
      <Progress
        label="Printed"
        value={status.progress_percent === undefined ? undefined : status.progress_percent / 100}
        tone={tone_of(view)}
        className="my-1.5"
      />
      <p className="figures text-xs text-ink-3">
        Layer {layers(status.layer_current, status.layer_total)}
      </p>
    </div>
  )
}

// Ours carry a token at their end that is for machines.
export function print_name(live: LivePrinter): string {
  const name = live.print?.name || live.status.current_file
  if (!name) return 'A print without a name'
  const token = live.print?.start_token
  return token && name.endsWith(`-${token}`) ? name.slice(0, -token.length - 1) : name
}

const last_print_words: Record<NonNullable<PrinterStatus['last_print']>, string> = {
  finished: ' The last print finished.',
  failed: ' The last print failed.',
  stopped: ' The last print was stopped.',
}

// Of a printer that neither prints nor asks for anything.
export function rest_words(live: LivePrinter | undefined, view: PrinterView): string {
  if (!live) return 'Nothing was heard of this printer yet.'
  if (!view.current) return 'Waiting for its report.'
  const { last_print } = live.status
  return `The plate is empty: ready for a print.${last_print ? last_print_words[last_print] : ''}`
}

interface TemperatureProps {
  name: string
  status: PrinterStatus
  part: 'nozzle' | 'bed' | 'chamber'
}

export function Temperature({ name, status, part }: TemperatureProps) {
  const target = status.targets?.[part]
  return (
    <span className="figures whitespace-nowrap">
      <span className="text-ink-3">{name} </span>
      {degrees(status.temperatures?.[part])}
      {target !== undefined && target > 0 && (
        <span className="text-ink-3"> / {degrees(target)}</span>
      )}
    </span>
  )
}
