import { useQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { members_query } from '../../lib/queries'
import { useMay, useSession } from '../../lib/session'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { InvitationsSection } from './invitations-section'
import { MemberRow } from './member-row'

const InviteDialog = lazy(() => import('./invite-dialog'))

export function MembersPage() {
  const members = useQuery(members_query)
  const session = useSession()
  const may_invite = useMay('admin')
  const [inviting, set_inviting] = useState(false)
  if (session.status !== 'signed_in') return null
  return (
    <div className="space-y-5">
      <Section
        title="Members"
        aside={
          may_invite && (
            <Button size="sm" variant="primary" onClick={() => set_inviting(true)}>
              <UserPlus aria-hidden />
              Invite
            </Button>
          )
        }
      >
        {members.isPending && <Skeleton className="m-4 h-24" />}
        {members.isError && !members.data && (
          <LoadFailed error={members.error} onRetry={() => void members.refetch()} />
        )}
        <ul className="divide-y">
          {members.data?.map((member) => (
            <MemberRow key={member.user_id} member={member} who={session.who} />
          ))}
        </ul>
      </Section>
      {may_invite && <InvitationsSection />}
      {inviting && (
        <Suspense fallback={null}>
          <InviteDialog own_role={session.who.role} onClose={() => set_inviting(false)} />
        </Suspense>
      )}
    </div>
  )
}
