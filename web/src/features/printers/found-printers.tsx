import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { api } from '../../generated/api'
import type { FoundPrinter } from '../../generated/protocol'
import { carried_out } from '../../lib/commands'
import { model_name } from '../../lib/models'
import { says } from '../../lib/problem'
import { Button } from '../../ui/button'
import { Notice } from '../../ui/notice'

interface FoundPrintersProps {
  hub_id: string
  onChoose: (printer: FoundPrinter) => void
}

// What the hub hears in its network, so that nobody types a serial number. The list grows by itself:
// printers announce themselves every few seconds.
const look_again_ms = 3000

export function FoundPrinters({ hub_id, onChoose }: FoundPrintersProps) {
  const client = useQueryClient()
  const queryKey = ['discovery', 'one', hub_id]
  const search = useMutation({
    mutationFn: async () => carried_out(await api.hubs.discover(hub_id, {})),
    onSettled: () => client.invalidateQueries({ queryKey }),
  })
  const found = useQuery({
    queryKey,
    queryFn: () => api.hubs.discovered(hub_id),
    enabled: hub_id !== '',
    refetchInterval: search.isSuccess ? look_again_ms : false,
  })
  const fresh = found.data?.printers.filter((one) => one.printer_id === undefined) ?? []
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-ink-2">
          {fresh.length > 0
            ? 'Found by the hub. Choose one, or type it in below.'
            : search.isSuccess
              ? 'No new printer was heard yet. Type it in below.'
              : 'The hub can look for printers in its network.'}
        </p>
        <Button size="sm" busy={search.isPending} onClick={() => search.mutate()}>
          <Search aria-hidden />
          Look for printers
        </Button>
      </div>
      {search.isError && <Notice tone="warning">{says(search.error)}</Notice>}
      {fresh.length > 0 && (
        <ul className="max-h-44 divide-y overflow-y-auto rounded-control border">
          {fresh.map((one) => (
            <li key={one.serial_number}>
              <button
                type="button"
                className="w-full px-3 py-2 text-left text-sm hover:bg-sunken"
                onClick={() => onChoose(one)}
              >
                <span className="block font-medium">
                  {one.name || model_name(one.model) || one.serial_number}
                </span>
                <span className="figures block text-ink-3">
                  {[model_name(one.model) ?? one.model, one.serial_number, one.ip_address].join(
                    ' · ',
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
