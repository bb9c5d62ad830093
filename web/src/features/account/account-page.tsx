import { useSession } from '../../lib/session'
import { Fact, Section } from '../../ui/card'
import { PasswordSection } from './password-section'
import { SessionsSection } from './sessions-section'
import { TwoStepSection } from './two-step-section'

// What belongs to the person, in whichever organization.
export function AccountPage() {
  const session = useSession()
  if (session.status !== 'signed_in') return null
  const { user, organization, role } = session.who
  return (
    <div className="space-y-5">
      <Section title="You">
        <dl className="divide-y px-4 py-1 sm:px-5">
          <Fact name="Name">{user.name}</Fact>
          <Fact name="E-mail">{user.email}</Fact>
          <Fact name="Organization">{organization.name}</Fact>
          <Fact name="Role">{role}</Fact>
        </dl>
      </Section>
      <PasswordSection />
      <TwoStepSection />
      <SessionsSection />
    </div>
  )
}
