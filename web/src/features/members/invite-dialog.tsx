import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import { type MadeInvitation, NewInvitation } from '../../generated/protocol'
import type { Role } from '../../lib/session'
import { Button } from '../../ui/button'
import { CopyBox } from '../../ui/copy-box'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'
import { roles, roles_to_give } from './member-rules'

interface InviteDialogProps {
  own_role: Role
  onClose: () => void
}

export default function InviteDialog({ own_role, onClose }: InviteDialogProps) {
  const client = useQueryClient()
  const [made, set_made] = useState<MadeInvitation>()
  const form = useSchemaForm<NewInvitation>(NewInvitation, { email: '', role: 'operator' })
  const role = form.watch('role')
  const invite = async (values: NewInvitation) => {
    set_made(await api.invitations.create(values))
    await client.invalidateQueries({ queryKey: ['member'] })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={made ? `${made.invitation.email} is invited` : 'Invite somebody'}
      description="An invitation is good for 7 days, once."
      className="sm:max-w-xl"
    >
      {made ? (
        <Made made={made} onClose={onClose} />
      ) : (
        <SchemaForm form={form} onSubmit={invite} className="contents">
          <DialogBody>
            <Field
              form={form}
              name="email"
              label="E-mail"
              type="email"
              autoComplete="off"
              required
              autoFocus
            />
            <Field
              form={form}
              name="role"
              label="Role"
              required
              options={roles_to_give(own_role).map((value) => ({ value, label: value }))}
              hint={roles.find((one) => one.role === role)?.says}
            />
          </DialogBody>
          <DialogActions>
            <Button type="submit" variant="primary" busy={form.formState.isSubmitting}>
              Invite
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </DialogActions>
        </SchemaForm>
      )}
    </Dialog>
  )
}

function Made({ made, onClose }: { made: MadeInvitation; onClose: () => void }) {
  return (
    <>
      <DialogBody>
        {made.link ? (
          <>
            <Notice tone="info" title="This server sends no mail">
              Hand over this link yourself. It is shown this once.
            </Notice>
            <CopyBox label="Link of the invitation" text={made.link} />
          </>
        ) : (
          <Notice tone="success" title="The mail is on its way">
            The link to join is in it.
          </Notice>
        )}
      </DialogBody>
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  )
}
