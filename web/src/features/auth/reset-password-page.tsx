import { useState } from 'react'
import { Link, useLocation } from 'react-router'
import { api } from '../../generated/api'
import { PasswordReset } from '../../generated/protocol'
import { leave_session } from '../../lib/session'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'
import { AuthPage } from './auth-page'

// The token stands behind the #, which browsers send to no server.
export function ResetPasswordPage() {
  const token = useLocation().hash.slice(1)
  const [done, set_done] = useState(false)
  return (
    <AuthPage
      title="Choose a new password"
      lead="Every session of this account ends with it."
      otherwise={
        <Link
          to={done ? '/sign-in' : '/forgot-password'}
          className="font-medium text-accent-text underline underline-offset-3"
        >
          {done ? 'Sign in' : 'Get a new link'}
        </Link>
      }
    >
      {token === '' && (
        <Notice tone="danger" title="This link is not complete">
          Open it from the mail again, or get a new one.
        </Notice>
      )}
      {done && (
        <Notice tone="success" title="The password is changed">
          Sign in with the new one.
        </Notice>
      )}
      {token !== '' && !done && (
        <ResetForm
          token={token}
          onDone={() => {
            // The cookies of this browser, if any, are void by now.
            leave_session()
            set_done(true)
          }}
        />
      )}
    </AuthPage>
  )
}

function ResetForm({ token, onDone }: { token: string; onDone: () => void }) {
  const form = useSchemaForm(PasswordReset, { token, password: '' })
  const reset = async (values: PasswordReset) => {
    await api.passwords.reset(values)
    onDone()
  }
  return (
    <SchemaForm form={form} onSubmit={reset} className="space-y-4">
      <Field
        form={form}
        name="password"
        label="New password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters. A few words are easier to remember than a riddle."
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
        Change the password
      </Button>
    </SchemaForm>
  )
}
