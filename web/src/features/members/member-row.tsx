import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../generated/api'
import type { Member, SignedIn } from '../../generated/protocol'
import { leave_session, type Role } from '../../lib/session'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { ConfirmDialog } from '../../ui/dialog'
import { Select } from '../../ui/input'
import { tell, tell_problem } from '../../ui/toaster'
import { may_decide_about, roles_to_give } from './member-rules'

export function MemberRow({ member, who }: { member: Member; who: SignedIn }) {
  const client = useQueryClient()
  const [removing, set_removing] = useState(false)
  const own = member.user_id === who.user.id
  const decides = may_decide_about(who.role, member.role)
  const remove = async () => {
    await api.members.remove(member.user_id)
    if (own) leave_session()
    else await client.invalidateQueries({ queryKey: ['member'] })
  }
  return (
    <li
      data-member={member.email}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 sm:px-5"
    >
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {member.name}
          {own && <Badge>You</Badge>}
        </p>
        <p className="truncate text-sm text-ink-3">{member.email}</p>
      </div>
      <div className="flex items-center gap-2">
        {decides && !own ? (
          <RoleSelect member={member} own_role={who.role} />
        ) : (
          <span className="px-2 text-sm text-ink-2">{member.role}</span>
        )}
        {(own || decides) && (
          <Button
            size="sm"
            onClick={() => set_removing(true)}
            aria-label={own ? 'Leave the organization' : `Remove ${member.name}`}
          >
            {own ? 'Leave' : 'Remove'}
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={removing}
        onOpenChange={set_removing}
        title={own ? `Leave ${who.organization.name}?` : `Remove ${member.name}?`}
        description={
          own
            ? 'You are signed out, and come back only with a new invitation.'
            : `${member.name} is signed out of ${who.organization.name} at once. What they did stays in the list.`
        }
        verb={own ? 'Leave' : 'Remove'}
        onConfirm={remove}
      />
    </li>
  )
}

function RoleSelect({ member, own_role }: { member: Member; own_role: Role }) {
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (role: Role) => api.members.update(member.user_id, { role }),
    onSuccess: (fresh) => tell(`${fresh.name} is ${fresh.role} now`),
    onError: (error) => tell_problem(`The role of ${member.name} was not changed`, error),
    onSettled: () => client.invalidateQueries({ queryKey: ['member'] }),
  })
  const choices = roles_to_give(own_role)
  return (
    <Select
      aria-label={`Role of ${member.name}`}
      className="h-8 w-32 text-sm"
      value={member.role}
      disabled={change.isPending}
      onChange={(event) => {
        const role = choices.find((one) => one === event.target.value)
        if (role) change.mutate(role)
      }}
    >
      {choices.map((role) => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </Select>
  )
}
