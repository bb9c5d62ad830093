import { memo } from 'react'
import { Link } from 'react-router'
import type { ViewedPrinter } from '../../features/printers/printer-list'
import { PrintProgress } from '../../features/printers/printer-status'
import type { Printer } from '../../generated/protocol'
import { useLivePrinter, useServerNow } from '../../lib/live'
import { view_printer } from '../../lib/printer-view'
import { Section } from '../../ui/card'

const shown_max = 12

export function PrintingNow({ viewed }: { viewed: readonly ViewedPrinter[] }) {
  const busy = viewed.filter(({ view }) => view.busy)
  return (
    <Section
      title="Printing now"
      aside={<span className="figures text-sm text-ink-3">{busy.length}</span>}
    >
      {busy.length === 0 ? (
        <p className="px-4 py-6 text-ink-2 sm:px-5">No printer is printing.</p>
      ) : (
        <ul className="divide-y">
          {busy.slice(0, shown_max).map(({ printer }) => (
            <PrintingRow key={printer.id} printer={printer} />
          ))}
        </ul>
      )}
      {busy.length > shown_max && (
        <p className="border-t px-4 py-3 text-sm sm:px-5">
          <Link
            to="/printers?show=busy"
            className="font-medium text-accent-text underline underline-offset-3"
          >
            And {busy.length - shown_max} more
          </Link>
        </p>
      )}
    </Section>
  )
}

const PrintingRow = memo(function PrintingRow({ printer }: { printer: Printer }) {
  const live = useLivePrinter(printer.id)
  const server_now = useServerNow(15_000)
  if (!live) return null
  const view = view_printer({ live, hub_online: undefined, server_now })
  return (
    <li className="grid grid-cols-1 gap-x-5 gap-y-1 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)] sm:px-5">
      <div className="min-w-0">
        <Link to={`/printers/${printer.id}`} className="font-medium hover:underline">
          {printer.name}
        </Link>
        <p className="text-sm text-ink-3">{view.label}</p>
      </div>
      <PrintProgress live={live} view={view} server_now={server_now} />
    </li>
  )
})
