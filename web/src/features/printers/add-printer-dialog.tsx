import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { api } from '../../generated/api'
import { type FoundPrinter, type Hub, NewPrinter } from '../../generated/protocol'
import { model_name } from '../../lib/models'
import { hubs_query, printers_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { tell } from '../../ui/toaster'
import { FoundPrinters } from './found-printers'
import { AddressField, ModelField, PortFields } from './printer-fields'

export default function AddPrinterDialog({ onClose }: { onClose: () => void }) {
  const hubs = useQuery(hubs_query)
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Add printer"
      description="Serial number and access code are on the printer’s screen, under its network settings."
    >
      {hubs.isPending && (
        <DialogBody>
          <Skeleton className="h-64" />
        </DialogBody>
      )}
      {hubs.isError && !hubs.data && (
        <DialogBody>
          <LoadFailed error={hubs.error} onRetry={() => void hubs.refetch()} />
        </DialogBody>
      )}
      {hubs.data?.length === 0 && <NoHub />}
      {hubs.data && hubs.data.length > 0 && <AddPrinterForm hubs={hubs.data} onClose={onClose} />}
    </Dialog>
  )
}

function NoHub() {
  return (
    <>
      <DialogBody>
        <p>Printers are reached through a hub in their network, and there is none yet.</p>
      </DialogBody>
      <DialogActions>
        <Button asChild variant="primary">
          <Link to="/hubs">Add a hub</Link>
        </Button>
      </DialogActions>
    </>
  )
}

const blank_printer = {
  name: '',
  serial_number: '',
  access_code: '',
  ip_address: '',
  model: '',
  ports: { mqtt: undefined, ftps: undefined, detect: undefined, camera: undefined },
}

function AddPrinterForm({ hubs, onClose }: { hubs: readonly Hub[]; onClose: () => void }) {
  const client = useQueryClient()
  // The one with most room that is there: usually the one people mean.
  const first = hubs.toSorted(
    (a, b) => Number(b.online) - Number(a.online) || a.printer_count - b.printer_count,
  )[0]
  const form = useSchemaForm(NewPrinter, { ...blank_printer, hub_id: first?.id ?? '' })
  const add = async (values: NewPrinter) => {
    const printer = await api.printers.add(values)
    await client.invalidateQueries({ queryKey: printers_query.queryKey })
    tell(`${printer.name} was added`, 'Its hub connects to it now.')
    onClose()
  }
  const take_over = (found: FoundPrinter) => {
    form.setValue('serial_number', found.serial_number)
    form.setValue('ip_address', found.ip_address)
    if (model_name(found.model)) form.setValue('model', found.model)
    if (form.getValues('name') === '') form.setValue('name', found.name)
    form.setFocus('access_code')
  }
  return (
    <SchemaForm form={form} onSubmit={add} className="contents">
      <DialogBody>
        <Field
          form={form}
          name="hub_id"
          label="Hub"
          required
          options={hubs.map((hub) => ({
            value: hub.id,
            label: hub.online ? hub.name : `${hub.name} (offline)`,
          }))}
        />
        <FoundPrinters hub_id={form.watch('hub_id')} onChoose={take_over} />
        <Field
          form={form}
          name="name"
          label="Name"
          placeholder="Left shelf 1"
          autoComplete="off"
          required
          autoFocus
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            form={form}
            name="serial_number"
            label="Serial number"
            autoComplete="off"
            required
          />
          <Field form={form} name="access_code" label="Access code" autoComplete="off" required />
        </div>
        <AddressField form={form} />
        <ModelField form={form} />
        <PortFields form={form} />
      </DialogBody>
      <DialogActions>
        <Button type="submit" variant="primary" busy={form.formState.isSubmitting}>
          Add printer
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </SchemaForm>
  )
}
