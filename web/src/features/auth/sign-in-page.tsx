import { Link } from 'react-router'
import { api } from '../../generated/api'
import { Login } from '../../generated/protocol'
import { enter_session } from '../../lib/session'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { AuthPage } from './auth-page'

// `other_page` is the sign-up page, with the wanted address in it.
export function SignInPage({ other_page }: { other_page: string }) {
  const form = useSchemaForm(Login, { email: '', password: '' })
  const sign_in = async (values: Login) => enter_session(await api.auth.login(values))
  return (
    <AuthPage
      title="Sign in"
      lead="Your printers are waiting."
      otherwise={
        <>
          No account yet?{' '}
          <Link
            to={other_page}
            className="font-medium text-accent-text underline underline-offset-3"
          >
            Create an organization
          </Link>
        </>
      }
    >
      <SchemaForm form={form} onSubmit={sign_in} className="space-y-4">
        <Field
          form={form}
          name="email"
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          autoFocus
        />
        <Field
          form={form}
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
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
    </AuthPage>
  )
}
