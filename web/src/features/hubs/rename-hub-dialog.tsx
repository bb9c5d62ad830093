import { useQueryClient } from '@tanstack/react-query'
import { api } from '../../generated/api'
import { type Hub, HubChange } from '../../generated/protocol'
import { Button } from '../../ui/button'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'

export default function RenameHubDialog({ hub, onClose }: { hub: Hub; onClose: () => void }) {
  const client = useQueryClient()
  const form = useSchemaForm(HubChange, { name: hub.name })
  const rename = async (values: HubChange) => {
    await api.hubs.update(hub.id, values)
    await client.invalidateQueries({ queryKey: ['hub'] })
    onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => open || onClose()} title={`Rename ${hub.name}`}>
      <SchemaForm form={form} onSubmit={rename} className="contents">
        <DialogBody>
          <Field form={form} name="name" label="Name" autoComplete="off" required autoFocus />
        </DialogBody>
        <DialogActions>
          <Button type="submit" variant="primary" busy={form.formState.isSubmitting}>
            Rename
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </DialogActions>
      </SchemaForm>
    </Dialog>
  )
}
