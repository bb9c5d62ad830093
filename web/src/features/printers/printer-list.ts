// Which printers are shown, and in which order. Views are made from the digest, at most four times a
// second, so that neither counts nor order follow every message.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Printer } from '../../generated/protocol'
import { useLiveFarm, useServerNow } from '../../lib/live'
import { model_name } from '../../lib/models'
import { compare_needs, type PrinterView, view_printer } from '../../lib/printer-view'
import { printers_query } from '../../lib/queries'

export const filters = ['all', 'attention', 'busy', 'idle', 'away'] as const
export type Filter = (typeof filters)[number]

export interface ViewedPrinter {
  printer: Printer
  name: string
  view: PrinterView
}

// Becoming stale is the only change that no message brings.
const stale_check_ms = 15_000

export function useViewedPrinters(): ViewedPrinter[] {
  const { data: printers } = useQuery(printers_query)
  const farm = useLiveFarm()
  const server_now = useServerNow(stale_check_ms)
  return useMemo(() => {
    return (printers ?? [])
      .map((printer) => ({
        printer,
        name: printer.name,
        view: view_printer({
          live: farm.printers.get(printer.id),
          hub_online: farm.hubs.get(printer.hub_id)?.online,
          server_now,
        }),
      }))
      .toSorted(compare_needs)
  }, [printers, farm, server_now])
}

function belongs(view: PrinterView, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'attention':
      return view.attention !== undefined
    case 'busy':
      return view.busy
    case 'idle':
      return view.current && !view.busy && view.attention !== 'error'
    case 'away':
      return !view.current && !view.busy
  }
}

export function filter_counts(viewed: readonly ViewedPrinter[]): Record<Filter, number> {
  const counts = { all: 0, attention: 0, busy: 0, idle: 0, away: 0 }
  for (const { view } of viewed)
    for (const filter of filters) if (belongs(view, filter)) counts[filter] += 1
  return counts
}

export function select_printers(
  viewed: readonly ViewedPrinter[],
  filter: Filter,
  search: string,
): Printer[] {
  const wanted = search.trim().toLowerCase()
  return viewed
    .filter(
      ({ printer, view }) =>
        belongs(view, filter) && (wanted === '' || text_of(printer).includes(wanted)),
    )
    .map(({ printer }) => printer)
}

function text_of(printer: Printer): string {
  return `${printer.name} ${printer.serial_number} ${model_name(printer.model) ?? ''}`.toLowerCase()
}
