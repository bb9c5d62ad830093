import { useMutation } from '@tanstack/react-query'
import { api } from '../../generated/api'
import type { Hub } from '../../generated/protocol'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { CopyBox } from '../../ui/copy-box'
import { Notice } from '../../ui/notice'
import { tell_problem } from '../../ui/toaster'

const reason_words: Record<NonNullable<Hub['quarantine_reason']>, string> = {
  boot_count_went_back: 'It came back with an older memory, as a copy or a restored backup would.',
  two_boots_with_one_number: 'Two hubs call themselves by this one’s name.',
}

// There may be two of this hub, and two would start a print twice: neither is heard until an owner
// says which one it is.
export function QuarantineNotice({ hub }: { hub: Hub }) {
  const may_say_so = useMay('owner')
  const same = useMutation({
    mutationFn: () => api.hubs.same_hub(hub.id),
    onError: (error) => tell_problem(`${hub.name} stays in quarantine`, error),
  })
  if (hub.quarantined_at === undefined) return null
  return (
    <div className="mt-3 space-y-2">
      <Notice tone="danger" title="In quarantine: nothing starts on its printers">
        {hub.quarantine_reason && reason_words[hub.quarantine_reason]} Switch every copy of it off
        but one.{' '}
        {may_say_so ? 'Then say that it is the same hub.' : 'Then ask an owner to confirm it.'}
      </Notice>
      {same.data ? (
        <>
          <p className="text-sm text-ink-2">On the hub that stays, run this once:</p>
          <CopyBox
            label="Command that claims the same hub"
            text={`printfarm-hub claim ${same.data.claim_token} --cloud ${location.origin}`}
          />
        </>
      ) : (
        may_say_so && (
          <Button size="sm" busy={same.isPending} onClick={() => same.mutate()}>
            It is the same hub
          </Button>
        )
      )}
    </div>
  )
}
