import { useState } from 'react'
import { Link } from 'react-router'
import { api } from '../../generated/api'
import { ForgottenPassword } from '../../generated/protocol'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'
import { AuthPage } from './auth-page'

// Says the same whether there is such an account or not, as the server does.
export function ForgotPasswordPage() {
  const form = useSchemaForm(ForgottenPassword, { email: '' })
  const [asked_for, set_asked_for] = useState<string>()
  const ask = async (values: ForgottenPassword) => {
    await api.passwords.forgot(values)
    set_asked_for(values.email)
  }
  return (
    <AuthPage
      title="Forgot your password?"
      lead="We send a link to choose a new one."
      otherwise={
        <Link to="/sign-in" className="font-medium text-accent-text underline underline-offset-3">
          Back to signing in
        </Link>
      }
    >
      {asked_for ? (
        <Notice tone="success" title="Look into your mail">
          If {asked_for} has an account here, a link is on its way. It is good for 30 minutes. If
          nothing comes, this server may not send mail: ask whoever runs it.
        </Notice>
      ) : (
        <SchemaForm form={form} onSubmit={ask} className="space-y-4">
          <Field
            form={form}
            name="email"
            label="E-mail"
            type="email"
            autoComplete="username"
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
            Send the link
          </Button>
        </SchemaForm>
      )}
    </AuthPage>
  )
}
