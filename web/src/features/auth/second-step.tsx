import { useState } from 'react'
import { api } from '../../generated/api'
import { Login } from '../../generated/protocol'
import { enter_session } from '../../lib/session'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { AuthPage } from './auth-page'

interface SecondStepProps {
  // Right so far: only the code is missing.
  login: Login
  onBack: () => void
}

export function SecondStep({ login, onBack }: SecondStepProps) {
  const [by, set_by] = useState<'app' | 'recovery'>('app')
  return (
    <AuthPage
      title="One more step"
      lead={
        by === 'app'
          ? 'Enter the code that your authenticator app shows now.'
          : 'Enter one of the recovery codes that you kept. Each is good once.'
      }
      otherwise={
        <span className="flex flex-wrap gap-x-5 gap-y-2">
          <button
            type="button"
            className="underline underline-offset-3"
            onClick={() => set_by(by === 'app' ? 'recovery' : 'app')}
          >
            {by === 'app' ? 'Use a recovery code' : 'Use the code of the app'}
          </button>
          <button type="button" className="underline underline-offset-3" onClick={onBack}>
            Sign in as somebody else
          </button>
        </span>
      }
    >
      <CodeForm key={by} by={by} login={login} />
    </AuthPage>
  )
}

const code_fields = {
  app: { name: 'totp', label: 'Code', hint: 'Six digits.' },
  recovery: { name: 'recovery_code', label: 'Recovery code', hint: undefined },
} as const

function CodeForm({ by, login }: { by: keyof typeof code_fields; login: Login }) {
  const { name, label, hint } = code_fields[by]
  const form = useSchemaForm(Login, { ...login, [name]: '' })
  return (
    <SchemaForm
      form={form}
      onSubmit={async (values) => enter_session(await api.auth.login(values))}
      className="space-y-4"
    >
      <Field
        form={form}
        name={name}
        label={label}
        hint={hint}
        autoComplete="one-time-code"
        required
        autoFocus
      />
      <Button
        type="submit"
        variant="primary"
        size="lg"
        className="w-full"
        busy={form.formState.isSubmitting}
      >
        Sign in
      </Button>
    </SchemaForm>
  )
}
