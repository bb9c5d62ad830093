import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { Job, Printer } from '../../generated/protocol'
import { says } from '../../lib/problem'
import { Button } from '../../ui/button'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Notice } from '../../ui/notice'
import { PlateCheckbox } from './plate-checkbox'
import { PrinterChoice } from './printer-choice'
import { tell_started } from './tell-started'

interface StartDialogProps {
  job: Job
  printer: Printer | undefined
  onClose: () => void
}

// Starts a job that is in the list already.
export default function StartDialog({ job, printer, onClose }: StartDialogProps) {
  const client = useQueryClient()
  const [printer_id, set_printer_id] = useState(job.printer_id)
  const [plate_cleared, set_plate_cleared] = useState(false)
  const start = useMutation({
    mutationFn: () =>
      api.jobs.start(job.id, {
        ...(plate_cleared && { plate_cleared }),
        ...(job.printer_id === undefined && printer_id !== undefined && { printer_id }),
      }),
    onSuccess: async (started) => {
      await client.invalidateQueries({ queryKey: ['job'] })
      tell_started(started)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Start print"
      description={printer ? `${job.file_name} on ${printer.name}` : job.file_name}
    >
      <DialogBody>
        {start.isError && <Notice tone="danger">{says(start.error)}</Notice>}
        {job.printer_id === undefined && job.file_id !== undefined && (
          <PrinterChoice file_id={job.file_id} value={printer_id} onChange={set_printer_id} />
        )}
        <PlateCheckbox
          printer_id={printer_id}
          checked={plate_cleared}
          onChange={set_plate_cleared}
        />
      </DialogBody>
      <DialogActions>
        <Button
          variant="primary"
          busy={start.isPending}
          disabled={printer_id === undefined}
          onClick={() => start.mutate()}
        >
          Start
        </Button>
        <Button onClick={onClose}>Not now</Button>
      </DialogActions>
    </Dialog>
  )
}
