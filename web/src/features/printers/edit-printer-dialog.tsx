import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../generated/api'
import { type Printer, PrinterChange } from '../../generated/protocol'
import { printer_query, printers_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { AddressField, ModelField, PortFields } from './printer-fields'

interface EditPrinterProps {
  printer: Printer
  onClose: () => void
}

export default function EditPrinterDialog({ printer, onClose }: EditPrinterProps) {
  const client = useQueryClient()
  const form = useSchemaForm(PrinterChange, {
    name: printer.name,
    ip_address: printer.ip_address ?? '',
    access_code: '',
    model: printer.model ?? '',
    ports: {
      mqtt: undefined,
      ftps: undefined,
      detect: undefined,
      camera: undefined,
      ...printer.ports,
    },
  })
  const save = async (values: PrinterChange) => {
    const fresh = await api.printers.update(printer.id, values)
    client.setQueryData(printer_query(printer.id).queryKey, fresh)
    await client.invalidateQueries({ queryKey: printers_query.queryKey })
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Edit ${printer.name}`}
      description="What you leave empty stays as it is."
    >
      <SchemaForm form={form} onSubmit={save} className="contents">
        <DialogBody>
          <Field form={form} name="name" label="Name" autoComplete="off" required autoFocus />
          <AddressField form={form} />
          <Field
            form={form}
            name="access_code"
            label="New access code"
            autoComplete="off"
            hint="The one in use is never shown. Enter it again only when it changed."
          />
          <ModelField form={form} />
          <PortFields form={form} />
        </DialogBody>
        <DialogActions>
          <Button type="submit" variant="primary" busy={form.formState.isSubmitting}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </DialogActions>
      </SchemaForm>
    </Dialog>
  )
}
