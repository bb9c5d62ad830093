import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api } from '../../generated/api'
import type { Invitation } from '../../generated/protocol'
import { moment } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { LoadFailed } from '../../ui/page'
import { tell_problem } from '../../ui/toaster'

const invitations_query = queryOptions({
  // Under "member": whoever joins changes both lists.
  queryKey: ['member', 'list', 'invitations'],
  queryFn: async () => (await api.invitations.list()).items,
})

// Only there while there are any.
export function InvitationsSection() {
  const invitations = useQuery(invitations_query)
  if (invitations.isError && !invitations.data) {
    return <LoadFailed error={invitations.error} onRetry={() => void invitations.refetch()} />
  }
  if (!invitations.data?.length) return null
  return (
    <Section title="Invited">
      <ul className="divide-y">
        {invitations.data.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </Section>
  )
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const client = useQueryClient()
  const server_now = useServerNow(15_000)
  const withdraw = useMutation({
    mutationFn: () => api.invitations.revoke(invitation.id),
    onError: (error) => tell_problem('The invitation was not withdrawn', error),
    onSettled: () => client.invalidateQueries({ queryKey: ['member'] }),
  })
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5">
      <div className="min-w-0">
        <p className="truncate font-medium">{invitation.email}</p>
        <p className="figures text-sm text-ink-3">
          as {invitation.role}, until {moment(invitation.expires_at, server_now)}
        </p>
      </div>
      <Button
        size="sm"
        busy={withdraw.isPending}
        onClick={() => withdraw.mutate()}
        aria-label={`Withdraw the invitation of ${invitation.email}`}
      >
        Withdraw
      </Button>
    </li>
  )
}
