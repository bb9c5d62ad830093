import { useState } from 'react'
import { api } from '../../generated/api'
import { TotpProof, type TotpSetup } from '../../generated/protocol'
import { Button } from '../../ui/button'
import { CopyBox } from '../../ui/copy-box'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'
import { in_groups_of_four } from './secret-groups'

interface EnableTwoStepProps {
  setup: TotpSetup
  onClose: () => void
}

// It is on only once the app has proved that it knows the secret: nobody locks himself out.
export default function EnableTwoStepDialog({ setup, onClose }: EnableTwoStepProps) {
  const [codes, set_codes] = useState<readonly string[]>()
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={codes ? 'Keep these recovery codes' : 'Set up two-step sign-in'}
      className="sm:max-w-xl"
    >
      {codes ? (
        <RecoveryCodes codes={codes} onClose={onClose} />
      ) : (
        <ProveApp setup={setup} onProved={set_codes} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface ProveAppProps extends EnableTwoStepProps {
  onProved: (recovery_codes: readonly string[]) => void
}

function ProveApp({ setup, onProved, onClose }: ProveAppProps) {
  const form = useSchemaForm(TotpProof, { code: '' })
  const prove = async (values: TotpProof) =>
    onProved((await api.totp.enable(values)).recovery_codes)
  return (
    <SchemaForm form={form} onSubmit={prove} className="contents">
      <DialogBody>
        <p>
          In an authenticator app, add an account by hand and enter this secret. On the phone
          itself,{' '}
          <a
            href={setup.otpauth_url}
            className="font-medium text-accent-text underline underline-offset-3"
          >
            this link opens the app
          </a>
          .
        </p>
        <CopyBox label="Secret for the app" text={in_groups_of_four(setup.secret)} />
        <Field
          form={form}
          name="code"
          label="Code that the app shows now"
          autoComplete="one-time-code"
          hint="Six digits. Two-step sign-in is on as soon as the code is right."
          required
          autoFocus
        />
      </DialogBody>
      <DialogActions>
        <Button type="submit" variant="primary" busy={form.formState.isSubmitting}>
          Switch on
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </SchemaForm>
  )
}

interface RecoveryCodesProps {
  codes: readonly string[]
  onClose: () => void
}

function RecoveryCodes({ codes, onClose }: RecoveryCodesProps) {
  return (
    <>
      <DialogBody>
        <Notice tone="warning" title="They are shown this once">
          If the phone is lost, each of them signs you in one time. Keep them where the phone is
          not.
        </Notice>
        <ol className="grid grid-cols-1 gap-x-6 gap-y-1 font-mono text-sm sm:grid-cols-2">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <CopyBox label="All recovery codes" text={codes.join(' ')} />
      </DialogBody>
      <DialogActions>
        <Button variant="primary" onClick={onClose}>
          I have kept them
        </Button>
      </DialogActions>
    </>
  )
}
