// The link of an invitation. Three kinds of people open it: signed in already, with an account of
// this address, and new ones.
import { type ReactNode, useEffect, useState } from 'react'
import { Link, useLocation, useNavigate } from 'react-router'
import { api } from '../../generated/api'
import { InvitationAcceptance, type InvitationView } from '../../generated/protocol'
import { says } from '../../lib/problem'
import { enter_session, useSession } from '../../lib/session'
import { Button } from '../../ui/button'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'
import { Skeleton } from '../../ui/skeleton'
import { AuthPage } from './auth-page'
import { SignIn } from './sign-in-page'

type Looked = { view: InvitationView } | { problem: string }

// There is no query client before somebody is signed in; one look is all that is needed.
function useInvitation(token: string): Looked | undefined {
  const [looked, set_looked] = useState<Looked>()
  useEffect(() => {
    let wanted = true
    const settle = (result: Looked) => wanted && set_looked(result)
    void api.invitations.look({ token }).then(
      (view) => settle({ view }),
      (error: unknown) => settle({ problem: says(error) }),
    )
    return () => {
      wanted = false
    }
  }, [token])
  return looked
}

export function InvitationPage() {
  const token = useLocation().hash.slice(1)
  return token === '' ? (
    <Frame>
      <Notice tone="danger" title="This link is not complete">
        Open it again, or ask for a new invitation.
      </Notice>
    </Frame>
  ) : (
    <Invited key={token} token={token} />
  )
}

function Invited({ token }: { token: string }) {
  const looked = useInvitation(token)
  const session = useSession()
  const navigate = useNavigate()
  // Signing in, joining and making an account all end here: in the new organization.
  const joined =
    looked &&
    'view' in looked &&
    session.status === 'signed_in' &&
    session.who.user.email === looked.view.email &&
    session.who.organization.name === looked.view.organization_name
  useEffect(() => {
    if (joined) void navigate('/', { replace: true })
  }, [joined, navigate])
  if (!looked || session.status === 'unknown') {
    return (
      <Frame>
        <Skeleton className="h-40" />
      </Frame>
    )
  }
  if ('problem' in looked) {
    return (
      <Frame>
        <Notice tone="danger" title="This invitation cannot be used">
          {looked.problem}
        </Notice>
      </Frame>
    )
  }
  const { view } = looked
  if (session.status === 'signed_in') {
    return <JoinHere token={token} view={view} own_email={session.who.user.email} />
  }
  if (view.has_account) {
    return (
      <SignIn
        title={`Join ${view.organization_name}`}
        lead={`You have an account. Sign in, and you are in as ${view.role}.`}
        email={view.email}
        invitation={token}
        otherwise="Your other organizations stay as they are."
      />
    )
  }
  return <NewAccount token={token} view={view} />
}

function Frame({ view, children }: { view?: InvitationView; children: ReactNode }) {
  return (
    <AuthPage
      title={view ? `Join ${view.organization_name}` : 'Invitation'}
      lead={view ? `You are invited as ${view.role}, with the address ${view.email}.` : ''}
      otherwise={
        <Link to="/" className="font-medium text-accent-text underline underline-offset-3">
          To PrintFarm
        </Link>
      }
    >
      {children}
    </AuthPage>
  )
}

interface JoinProps {
  token: string
  view: InvitationView
}

function JoinHere({ token, view, own_email }: JoinProps & { own_email: string }) {
  const [problem, set_problem] = useState<string>()
  const [busy, set_busy] = useState(false)
  if (own_email !== view.email) {
    return (
      <Frame view={view}>
        <Notice tone="warning" title="You are signed in as somebody else">
          The invitation is for {view.email}, and you are {own_email}. Sign out, then open the link
          again.
        </Notice>
      </Frame>
    )
  }
  const join = async () => {
    set_busy(true)
    try {
      enter_session(await api.invitations.join({ token }))
    } catch (error) {
      set_problem(says(error))
      set_busy(false)
    }
  }
  return (
    <Frame view={view}>
      <div className="space-y-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Button
          variant="primary"
          size="lg"
          className="w-full"
          busy={busy}
          onClick={() => void join()}
        >
          Join
        </Button>
      </div>
    </Frame>
  )
}

function NewAccount({ token, view }: JoinProps) {
  const form = useSchemaForm(InvitationAcceptance, { token, name: '', password: '' })
  const accept = async (values: InvitationAcceptance) =>
    enter_session(await api.invitations.accept(values))
  return (
    <Frame view={view}>
      <SchemaForm form={form} onSubmit={accept} className="space-y-4">
        <Field form={form} name="name" label="Your name" autoComplete="name" required autoFocus />
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
          Join {view.organization_name}
        </Button>
      </SchemaForm>
    </Frame>
  )
}
