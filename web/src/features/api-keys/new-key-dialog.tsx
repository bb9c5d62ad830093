import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import { type MadeApiKey, NewApiKey } from '../../generated/protocol'
import { printers_query } from '../../lib/queries'
import { type Role, role_reaches } from '../../lib/session'
import { Button } from '../../ui/button'
import { Checkbox } from '../../ui/checkbox'
import { CopyBox } from '../../ui/copy-box'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'

const roles: readonly Role[] = ['viewer', 'operator', 'admin', 'owner']

interface NewKeyDialogProps {
  own_role: Role
  onClose: () => void
}

export default function NewKeyDialog({ own_role, onClose }: NewKeyDialogProps) {
  const client = useQueryClient()
  const [made, set_made] = useState<MadeApiKey>()
  const create = async (values: NewApiKey) => {
    set_made(await api.apikeys.create(values))
    await client.invalidateQueries({ queryKey: ['api_key'] })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={made ? `${made.api_key.name} is made` : 'New API key'}
      className="sm:max-w-xl"
    >
      {made ? (
        <>
          <DialogBody>
            <Notice tone="warning" title="It is shown this once">
              Copy it to where it is used. If it is lost, delete it and make another.
            </Notice>
            <CopyBox label="API key" text={made.key} />
          </DialogBody>
          <DialogActions>
            <Button variant="primary" onClick={onClose}>
              I have kept it
            </Button>
          </DialogActions>
        </>
      ) : (
        <NewKeyForm own_role={own_role} onSubmit={create} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface NewKeyFormProps extends NewKeyDialogProps {
  onSubmit: (values: NewApiKey) => Promise<void>
}

function NewKeyForm({ own_role, onSubmit, onClose }: NewKeyFormProps) {
  const form = useSchemaForm<NewApiKey>(NewApiKey, { name: '', role: 'operator' })
  const [limited, set_limited] = useState(false)
  const [printer_ids, set_printer_ids] = useState<readonly string[]>([])
  const { data: printers = [] } = useQuery(printers_query)
  const submit = (values: NewApiKey) =>
    onSubmit(limited ? { ...values, printer_ids: [...printer_ids] } : values)
  return (
    <SchemaForm form={form} onSubmit={submit} className="contents">
      <DialogBody>
        <Field
          form={form}
          name="name"
          label="Name"
          placeholder="Shop"
          hint="What uses it."
          autoComplete="off"
          required
          autoFocus
        />
        <Field
          form={form}
          name="role"
          label="Role"
          required
          options={roles
            .filter((role) => role_reaches(own_role, role))
            .map((value) => ({ value, label: value }))}
        />
        <Checkbox
          checked={limited}
          onCheckedChange={set_limited}
          label="Only certain printers"
          hint="It then sees and uses those, and nothing of the others."
        />
        {limited && (
          <fieldset className="grid gap-2 sm:grid-cols-2">
            <legend className="sr-only">Printers of the key</legend>
            {printers.map(({ id, name }) => (
              <Checkbox
                key={id}
                checked={printer_ids.includes(id)}
                onCheckedChange={(checked) =>
                  set_printer_ids((before) =>
                    checked ? [...before, id] : before.filter((one) => one !== id),
                  )
                }
                label={name}
              />
            ))}
          </fieldset>
        )}
      </DialogBody>
      <DialogActions>
        <Button
          type="submit"
          variant="primary"
          busy={form.formState.isSubmitting}
          disabled={limited && printer_ids.length === 0}
        >
          Make the key
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </SchemaForm>
  )
}
