import { Link } from 'react-router'
import { api } from '../../generated/api'
import { Registration } from '../../generated/protocol'
import { enter_session } from '../../lib/session'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { AuthPage } from './auth-page'

// `other_page` is the sign-in page, with the wanted address in it.
export function SignUpPage({ other_page }: { other_page: string }) {
  const form = useSchemaForm(Registration, {
    organization_name: '',
    name: '',
    email: '',
    password: '',
  })
  const sign_up = async (values: Registration) => enter_session(await api.auth.register(values))
  return (
    <AuthPage
      title="Create your organization"
      lead="One place for all its printers, files and prints."
      otherwise={
        <>
          Already have an account?{' '}
          <Link
            to={other_page}
            className="font-medium text-accent-text underline underline-offset-3"
          >
            Sign in
          </Link>
        </>
      }
    >
      <SchemaForm form={form} onSubmit={sign_up} className="space-y-4">
        <Field
          form={form}
          name="organization_name"
          label="Organization"
          autoComplete="organization"
          required
          autoFocus
        />
        <Field form={form} name="name" label="Your name" autoComplete="name" required />
        <Field
          form={form}
          name="email"
          label="E-mail"
          type="email"
          autoComplete="username"
          required
        />
        <Field
          form={form}
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters. A few words are easier to remember than a riddle."
          required
        />
        <Button
          type="submit"
          variant="primary"
          size="lg"
          className="w-full"
          busy={form.formState.isSubmitting}
        >
          Create organization
        </Button>
      </SchemaForm>
    </AuthPage>
  )
}
