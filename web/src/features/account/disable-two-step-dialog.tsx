import { api } from '../../generated/api'
import { TotpEnd } from '../../generated/protocol'
import { Button } from '../../ui/button'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { tell } from '../../ui/toaster'

export default function DisableTwoStepDialog({ onClose }: { onClose: () => void }) {
  const form = useSchemaForm(TotpEnd, { password: '', code: '' })
  const disable = async (values: TotpEnd) => {
    await api.totp.disable(values)
    tell('Two-step sign-in is off', 'The password alone signs you in now.')
    onClose()
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Switch off two-step sign-in?"
      description="The password alone will sign you in. The recovery codes become void."
    >
      <SchemaForm form={form} onSubmit={disable} className="contents">
        <DialogBody>
          <Field
            form={form}
            name="password"
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
          />
          <Field
            form={form}
            name="code"
            label="Code of the app, or a recovery code"
            autoComplete="one-time-code"
            required
          />
        </DialogBody>
        <DialogActions>
          <Button type="submit" variant="danger" busy={form.formState.isSubmitting}>
            Switch off
          </Button>
          <Button onClick={onClose}>Keep it on</Button>
        </DialogActions>
      </SchemaForm>
    </Dialog>
  )
}
