// From a file to a running print in one place: which plate, on which printer, and the one statement
// that nobody can make from afar.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { Job, PrintFileInfo, PrintOptions } from '../../generated/protocol'
import { says } from '../../lib/problem'
import { file_query, files_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Select } from '../../ui/input'
import { Notice } from '../../ui/notice'
import { copies_of, CopiesFields } from './copies-fields'
import { PlateCheckbox } from './plate-checkbox'
import { PlateChoice } from './plate-choice'
import { PrintOptionFields } from './print-option-fields'
import { PrinterChoice } from './printer-choice'
import { usual_priority } from './queue-order'
import { tell_started } from './tell-started'

export interface PrintWish {
  file_id?: string
  plate?: number
  printer_id?: string
}

interface PrintSheetProps {
  wish: PrintWish
  onClose: () => void
}

export default function PrintSheet({ wish, onClose }: PrintSheetProps) {
  const [file_id, set_file_id] = useState(wish.file_id)
  const [plate, set_plate] = useState(wish.plate)
  const [printer_id, set_printer_id] = useState(wish.printer_id)
  const [plate_cleared, set_plate_cleared] = useState(false)
  const [copies, set_copies] = useState('1')
  const [priority, set_priority] = useState<number>(usual_priority)
  const [options, set_options] = useState<PrintOptions>({})
  const file = useQuery({ ...file_query(file_id ?? ''), enabled: file_id !== undefined })
  const chosen_plate = plate ?? file.data?.plates[0]?.index
  const amount = copies_of(copies)
  const order = useOrder(onClose)

  const send = (start: boolean) => {
    if (file_id === undefined || chosen_plate === undefined || amount === undefined) return
    order.mutate({
      job: {
        file_id,
        plate: chosen_plate,
        ...(printer_id && { printer_id }),
        ...(amount > 1 && { copies: amount }),
        ...(priority !== usual_priority && { priority }),
        ...(Object.keys(options).length > 0 && { options }),
      },
      start: start ? { ...(plate_cleared && { plate_cleared }) } : undefined,
    })
  }
  const ready = chosen_plate !== undefined && amount !== undefined
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Print"
      description={wish.file_id && file.data?.name}
      className="sm:max-w-xl"
    >
      <DialogBody className="space-y-5">
        {order.isError && <OrderFailed error={order.error} queued={order.queued} />}
        {wish.file_id === undefined && (
          <FileChoice
            value={file_id}
            onChange={(id) => {
              set_file_id(id)
              set_plate(undefined)
            }}
          />
        )}
        {file.isError && <Notice tone="danger">{says(file.error)}</Notice>}
        {file.data && <PlateChoice file={file.data} value={chosen_plate} onChange={set_plate} />}
        {file_id !== undefined && (
          <PrinterChoice file_id={file_id} value={printer_id} onChange={set_printer_id} />
        )}
        <PlateCheckbox
          printer_id={printer_id}
          checked={plate_cleared}
          onChange={set_plate_cleared}
        />
        <CopiesFields
          copies={copies}
          onCopies={set_copies}
          priority={priority}
          onPriority={set_priority}
        />
        <PrintOptionFields value={options} onChange={set_options} />
      </DialogBody>
      <DialogActions>
        <Button
          variant="primary"
          busy={order.isPending}
          disabled={!ready || printer_id === undefined}
          onClick={() => send(true)}
        >
          {amount !== undefined && amount > 1 ? 'Start the first, queue the rest' : 'Start print'}
        </Button>
        <Button
          disabled={!ready || order.isPending || order.queued !== undefined}
          onClick={() => send(false)}
        >
          Only queue it
        </Button>
      </DialogActions>
    </Dialog>
  )
}

interface Order {
  job: Parameters<typeof api.jobs.create>[0]
  // Absent: into the queue only.
  start: Parameters<typeof api.jobs.start>[1] | undefined
}

// Creating and starting are two steps. When the second fails the job exists: pressing again starts
// that one, and never makes another.
function useOrder(onDone: () => void) {
  const client = useQueryClient()
  const [queued, set_queued] = useState<Job>()
  const mutation = useMutation({
    mutationFn: async ({ job, start }: Order) => {
      const created = queued ?? (await api.jobs.create(job))
      if (!start) return created
      set_queued(created)
      const { printer_id } = job
      const late_printer = created.printer_id === undefined &&
        printer_id !== undefined && { printer_id }
      return api.jobs.start(created.id, { ...start, ...late_printer })
    },
    onSuccess: (job) => {
      tell_started(job)
      onDone()
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['job'] }),
  })
  return { ...mutation, queued }
}

function OrderFailed({ error, queued }: { error: unknown; queued: Job | undefined }) {
  return (
    <Notice
      tone="danger"
      title={queued ? 'The job is in the list, but was not started' : 'The job was not created'}
    >
      {says(error)}
    </Notice>
  )
}

interface FileChoiceProps {
  value: string | undefined
  onChange: (file_id: string) => void
}

function FileChoice({ value, onChange }: FileChoiceProps) {
  const files = useInfiniteQuery(files_query)
  const list: PrintFileInfo[] = files.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <label className="block space-y-1.5">
      <span className="text-sm font-medium">File</span>
      <Select value={value ?? ''} onChange={(event) => onChange(event.target.value)}>
        <option value="" disabled>
          {files.isPending
            ? 'Reading files'
            : list.length === 0
              ? 'No files yet: upload one first'
              : 'Choose a file'}
        </option>
        {list.map((file) => (
          <option key={file.id} value={file.id}>
            {file.name}
          </option>
        ))}
      </Select>
    </label>
  )
}
