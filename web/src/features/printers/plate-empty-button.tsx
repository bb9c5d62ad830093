import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { api } from '../../generated/api'
import type { Printer } from '../../generated/protocol'
import { printer_query, printers_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { tell_problem } from '../../ui/toaster'

interface PlateEmptyButtonProps {
  printer: Pick<Printer, 'id' | 'name'>
  size?: 'sm' | 'md'
}

// A person's statement about the world. What the page shows changes only when the server says so.
export function PlateEmptyButton({ printer, size = 'md' }: PlateEmptyButtonProps) {
  const client = useQueryClient()
  const may = useMay('operator')
  const clear = useMutation({
    mutationFn: () => api.printers.cleared(printer.id),
    onSuccess: (fresh) => {
      client.setQueryData(printer_query(printer.id).queryKey, fresh)
      return client.invalidateQueries({ queryKey: printers_query.queryKey })
    },
    onError: (error) => tell_problem(`${printer.name} was not marked as cleared`, error),
  })
  if (!may) return null
  return (
    <Button
      size={size}
      // Above the card's link, which covers the whole card.
      className="relative z-10"
      busy={clear.isPending}
      onClick={() => clear.mutate()}
      aria-label={`Plate is empty: ${printer.name}`}
    >
      <Check aria-hidden />
      Plate is empty
    </Button>
  )
}
