import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../generated/api'
import { type TotpSetup } from '../../generated/protocol'
import { count } from '../../lib/format'
import { Badge } from '../../ui/badge'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { LoadFailed } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { tell_problem } from '../../ui/toaster'

const EnableTwoStepDialog = lazy(() => import('./enable-two-step-dialog'))
const DisableTwoStepDialog = lazy(() => import('./disable-two-step-dialog'))

const totp_query = queryOptions({
  queryKey: ['totp', 'list'],
  queryFn: () => api.totp.status(),
  staleTime: 0,
})

export function TwoStepSection() {
  const client = useQueryClient()
  const totp = useQuery(totp_query)
  const [setup, set_setup] = useState<TotpSetup>()
  const [ending, set_ending] = useState(false)
  const read_again = () => void client.invalidateQueries({ queryKey: totp_query.queryKey })
  const begin = useMutation({
    mutationFn: () => api.totp.setup(),
    onSuccess: set_setup,
    onError: (error) => tell_problem('Two-step sign-in could not be set up', error),
  })
  return (
    <Section
      title="Two-step sign-in"
      aside={totp.data && <StateBadge enabled={totp.data.enabled} />}
    >
      {totp.isPending && <Skeleton className="m-4 h-12" />}
      {totp.isError && !totp.data && (
        <LoadFailed error={totp.error} onRetry={() => void totp.refetch()} />
      )}
      {totp.data && (
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 p-4 sm:p-5">
          <p className="max-w-prose text-sm text-ink-2">
            {totp.data.enabled
              ? `Signing in asks for a code of your app. ${count(totp.data.recovery_codes_left, 'recovery code')} left for the day when the app is lost.`
              : 'A code from an app on your phone, besides the password: whoever learns the password still cannot sign in.'}
          </p>
          {totp.data.enabled ? (
            <Button onClick={() => set_ending(true)}>Switch off</Button>
          ) : (
            <Button busy={begin.isPending} onClick={() => begin.mutate()}>
              Set up
            </Button>
          )}
        </div>
      )}
      <Suspense fallback={null}>
        {setup && (
          <EnableTwoStepDialog
            setup={setup}
            onClose={() => {
              set_setup(undefined)
              read_again()
            }}
          />
        )}
        {ending && (
          <DisableTwoStepDialog
            onClose={() => {
              set_ending(false)
              read_again()
            }}
          />
        )}
      </Suspense>
    </Section>
  )
}

function StateBadge({ enabled }: { enabled: boolean }) {
  return <Badge tone={enabled ? 'success' : 'neutral'}>{enabled ? 'On' : 'Off'}</Badge>
}
