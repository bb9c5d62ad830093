import { memo } from 'react'
import { Link } from 'react-router'
import type { LivePrinter, Printer } from '../../generated/protocol'
import { useLiveHub, useLivePrinter, useServerNow } from '../../lib/live'
import { model_name } from '../../lib/models'
import { type PrinterView, view_printer } from '../../lib/printer-view'
import { PlateEmptyButton } from './plate-empty-button'
import {
  PlateBadge,
  PrinterBadge,
  PrintProgress,
  rest_words,
  StaleAge,
  Temperature,
} from './printer-status'

// Fixed, so that a wall of cards can be virtualised and nothing moves when a state changes.
export const card_height_px = 192

// Ages are shown in seconds at their finest only below a minute; five are enough here.
const clock_step_ms = 5000

export const PrinterCard = memo(function PrinterCard({ printer }: { printer: Printer }) {
  const live = useLivePrinter(printer.id)
  const hub = useLiveHub(printer.hub_id)
  const server_now = useServerNow(clock_step_ms)
  const view = view_printer({ live, hub_online: hub?.online, server_now })
  return (
    <article
      aria-labelledby={`printer-${printer.id}`}
      style={{ height: card_height_px }}
      className="group relative flex flex-col rounded-card border bg-surface p-4 shadow-card transition-colors [contain:layout_paint_style] hover:border-line-strong"
    >
      <header className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 id={`printer-${printer.id}`} className="truncate font-semibold">
            <Link
              to={`/printers/${printer.id}`}
              className="after:absolute after:inset-0 after:rounded-card"
            >
              {printer.name}
            </Link>
          </h2>
          <p className="truncate text-xs text-ink-3">
            {model_name(printer.model) ?? printer.serial_number}
          </p>
        </div>
        <PrinterBadge view={view} />
      </header>
      <div className="mt-3 min-h-0 flex-1 overflow-hidden">
        <CardBody printer={printer} live={live} view={view} server_now={server_now} />
      </div>
      <CardFooter live={live} view={view} server_now={server_now} />
    </article>
  )
})

interface PartProps {
  live: LivePrinter | undefined
  view: PrinterView
  server_now: number
}

function CardBody({ printer, live, view, server_now }: PartProps & { printer: Printer }) {
  if (live && view.busy) return <PrintProgress live={live} view={view} server_now={server_now} />
  const error = live?.status.errors?.[0]
  if (view.label === 'Error') {
    return (
      <div className="text-sm">
        <p className="line-clamp-2 font-medium text-danger-text">
          {error?.text || 'The printer reports an error'}
        </p>
        <p className="mt-0.5 line-clamp-2 text-ink-2">
          Look at its screen, then clear the error there.
        </p>
      </div>
    )
  }
  if (view.trouble) {
    return (
      <div className="text-sm">
        <p className="font-medium">{view.trouble.title}</p>
        <p className="mt-0.5 line-clamp-3 text-ink-2">{view.trouble.remedy}</p>
      </div>
    )
  }
  if (view.needs_clearing) {
    return (
      <div className="space-y-2">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <PlateBadge />
          <PlateEmptyButton printer={printer} size="sm" />
        </div>
        <p className="text-sm text-ink-2">
          Nothing starts until somebody has seen the plate empty.
        </p>
      </div>
    )
  }
  return <p className="text-sm text-ink-2">{rest_words(live, view)}</p>
}

function CardFooter({ live, view, server_now }: PartProps) {
  return (
    <footer className="mt-2 flex h-5 items-center justify-between gap-3 text-xs text-ink-2">
      {live && (
        <span className="flex min-w-0 gap-4 overflow-hidden">
          <Temperature name="Nozzle" status={live.status} part="nozzle" />
          <Temperature name="Bed" status={live.status} part="bed" />
        </span>
      )}
      <StaleAge view={view} server_now={server_now} />
    </footer>
  )
}
