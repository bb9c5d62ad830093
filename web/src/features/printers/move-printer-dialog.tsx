import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { Printer } from '../../generated/protocol'
import { Problem, says } from '../../lib/problem'
import { hubs_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Checkbox } from '../../ui/checkbox'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Select } from '../../ui/input'
import { Notice } from '../../ui/notice'
import { tell } from '../../ui/toaster'

interface MovePrinterProps {
  printer: Printer
  onClose: () => void
}

// Force is offered only after the server has refused: taking a printer away during a print leaves a
// question that somebody has to answer.
export default function MovePrinterDialog({ printer, onClose }: MovePrinterProps) {
  const client = useQueryClient()
  const { data: hubs = [] } = useQuery(hubs_query)
  const [hub_id, set_hub_id] = useState('')
  const [force, set_force] = useState(false)
  const others = hubs.filter((hub) => hub.id !== printer.hub_id)
  const move = useMutation({
    mutationFn: () => api.printers.move(printer.id, { hub_id, ...(force && { force }) }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['printer'] })
      tell(`${printer.name} moves`, 'The new hub takes it as soon as the former has let go of it.')
      onClose()
    },
  })
  const refused = move.error instanceof Problem && move.error.status === 409
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Move ${printer.name} to another hub`}
      description="Name, jobs and history stay as they are."
    >
      <DialogBody>
        {move.isError && (
          <Notice tone="danger" title="The printer was not moved">
            {says(move.error)}
          </Notice>
        )}
        {others.length === 0 ? (
          <p>There is no other hub. Add one under Hubs first.</p>
        ) : (
          <label className="block space-y-1.5">
            <span className="text-sm font-medium">To the hub</span>
            <Select value={hub_id} onChange={(event) => set_hub_id(event.target.value)}>
              <option value="" disabled>
                Choose a hub
              </option>
              {others.map((hub) => (
                <option key={hub.id} value={hub.id}>
                  {hub.online ? hub.name : `${hub.name} (offline)`}
                </option>
              ))}
            </Select>
          </label>
        )}
        {(refused || force) && (
          <Checkbox
            checked={force}
            onCheckedChange={set_force}
            label="Move it although a print is under way"
            hint="How that print ends is then a question that somebody must answer at the printer."
          />
        )}
      </DialogBody>
      <DialogActions>
        <Button
          variant={force ? 'danger' : 'primary'}
          busy={move.isPending}
          disabled={hub_id === ''}
          onClick={() => move.mutate()}
        >
          Move
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </Dialog>
  )
}
