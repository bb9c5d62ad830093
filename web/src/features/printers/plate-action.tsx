import { useQuery } from '@tanstack/react-query'
import { useLivePrinter, useServerNow } from '../../lib/live'
import { view_printer } from '../../lib/printer-view'
import { printers_query } from '../../lib/queries'
import { PlateEmptyButton } from './plate-empty-button'

// The button, where it is called for: beside an ended job, while its printer still needs clearing.
export function PlateAction({ printer_id }: { printer_id: string }) {
  const { data: printers } = useQuery(printers_query)
  const live = useLivePrinter(printer_id)
  const server_now = useServerNow(15_000)
  const printer = printers?.find((one) => one.id === printer_id)
  if (!printer || !view_printer({ live, hub_online: undefined, server_now }).needs_clearing)
    return null
  return <PlateEmptyButton printer={printer} size="sm" />
}
