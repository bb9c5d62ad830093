import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { api } from '../../generated/api'
import { Login } from '../../generated/protocol'
import { Problem } from '../../lib/problem'
import { enter_session } from '../../lib/session'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { AuthPage } from './auth-page'
import { SecondStep } from './second-step'

// `other_page` is the sign-up page, with the wanted address in it.
export function SignInPage({ other_page }: { other_page: string }) {
  return (
    <SignIn
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
    />
  )
}

interface SignInProps {
  title: string
  lead: string
  otherwise: ReactNode
  // Whose account it must be, and the invitation that is accepted with it.
  email?: string
  invitation?: string
}

// The password first; a code only when the server says that this account has a second step.
export function SignIn({ title, lead, otherwise, email = '', invitation }: SignInProps) {
  const form = useSchemaForm(Login, { email, password: '' })
  const [waits_for_code, set_waits_for_code] = useState<Login>()
  const sign_in = async (typed: Login) => {
    const values = invitation === undefined ? typed : { ...typed, invitation }
    try {
      enter_session(await api.auth.login(values))
    } catch (error) {
      if (!(error instanceof Problem) || error.type !== 'totp_required') throw error
      set_waits_for_code(values)
    }
  }
  if (waits_for_code) {
    return <SecondStep login={waits_for_code} onBack={() => set_waits_for_code(undefined)} />
  }
  return (
    <AuthPage title={title} lead={lead} otherwise={otherwise}>
      <SchemaForm form={form} onSubmit={sign_in} className="space-y-4">
        <Field
          form={form}
          name="email"
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          autoFocus={email === ''}
        />
        <Field
          form={form}
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          autoFocus={email !== ''}
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
        <p className="text-sm">
          <Link to="/forgot-password" className="text-ink-2 underline underline-offset-3">
            Forgot your password?
          </Link>
        </p>
      </SchemaForm>
    </AuthPage>
  )
}
