// Adding a hub in two steps: a name, then the one command to run beside the printers. The dialog
// waits for the hub itself, so that "added" is said only when it was.
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../generated/api'
import { type ClaimToken, type Hub, NewClaim } from '../../generated/protocol'
import { duration_seconds } from '../../lib/format'
import { useServerNow } from '../../lib/live'
import { hubs_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { CopyBox } from '../../ui/copy-box'
import { Dialog, DialogActions, DialogBody } from '../../ui/dialog'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { Notice } from '../../ui/notice'

// The socket tells of a new hub at once; this catches the one that was told while it was away.
const look_again_ms = 4000

interface Claim extends ClaimToken {
  // Those that were there before, and since when: whichever is not so was claimed with this token.
  known: ReadonlyMap<string, number>
}

export default function AddHubDialog({ onClose }: { onClose: () => void }) {
  const hubs = useQuery(hubs_query)
  const [claim, set_claim] = useState<Claim>()
  const mint = async (values: NewClaim) => {
    const known = new Map((hubs.data ?? []).map((hub) => [hub.id, hub.claimed_at]))
    set_claim({ ...(await api.hubs.mint_claim(values)), known })
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title="Add hub"
      description="The hub runs on any Linux machine in the printers’ network."
      className="sm:max-w-xl"
    >
      {claim ? (
        <WaitForHub claim={claim} onAgain={() => set_claim(undefined)} onClose={onClose} />
      ) : (
        <NameHub onSubmit={mint} ready={hubs.data !== undefined} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface NameHubProps {
  onSubmit: (values: NewClaim) => Promise<void>
  ready: boolean
  onClose: () => void
}

function NameHub({ onSubmit, ready, onClose }: NameHubProps) {
  const form = useSchemaForm(NewClaim, { name: '' })
  return (
    <SchemaForm form={form} onSubmit={onSubmit} className="contents">
      <DialogBody>
        <Field
          form={form}
          name="name"
          label="Name"
          placeholder="Workshop"
          hint="Where it stands, for example."
          autoComplete="off"
          autoFocus
        />
      </DialogBody>
      <DialogActions>
        <Button
          type="submit"
          variant="primary"
          busy={form.formState.isSubmitting}
          disabled={!ready}
        >
          Get the claim token
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </SchemaForm>
  )
}

interface WaitForHubProps {
  claim: Claim
  onAgain: () => void
  onClose: () => void
}

function WaitForHub({ claim, onAgain, onClose }: WaitForHubProps) {
  const hubs = useQuery({ ...hubs_query, refetchInterval: look_again_ms })
  const server_now = useServerNow()
  const hub = hubs.data?.find((one) => claim.known.get(one.id) !== one.claimed_at)
  const seconds_left = Math.floor((claim.expires_at - server_now) / 1000)
  const command = `printfarm-hub claim ${claim.claim_token} --cloud ${location.origin}`
  return (
    <>
      <DialogBody>
        {hub ? (
          <HubArrived hub={hub} />
        ) : (
          <>
            <p>On the hub’s machine, run:</p>
            <CopyBox label="Command that claims the hub" text={command} />
            <p className="text-sm text-ink-2">
              Or enter the token alone where the hub asks for it:{' '}
              <code
                data-testid="claim-token"
                className="font-mono text-[0.8125rem] break-all text-ink select-all"
              >
                {claim.claim_token}
              </code>
            </p>
            <ClaimProgress seconds_left={seconds_left} onAgain={onAgain} />
          </>
        )}
      </DialogBody>
      <DialogActions>
        <Button variant={hub ? 'primary' : 'outline'} onClick={onClose}>
          {hub ? 'Done' : 'Close'}
        </Button>
      </DialogActions>
    </>
  )
}

function ClaimProgress({ seconds_left, onAgain }: { seconds_left: number; onAgain: () => void }) {
  if (seconds_left <= 0) {
    return (
      <Notice
        tone="warning"
        title="The token has expired"
        action={
          <Button size="sm" onClick={onAgain}>
            Get a new one
          </Button>
        }
      >
        Nothing was claimed with it.
      </Notice>
    )
  }
  return (
    <p role="status" className="flex items-center gap-2.5 text-sm text-ink-2">
      <LoaderCircle aria-hidden className="size-4 animate-spin" />
      <span>
        Waiting for the hub.{' '}
        <span className="figures">
          The token is good for {duration_seconds(seconds_left)}, once.
        </span>
      </span>
    </p>
  )
}

function HubArrived({ hub }: { hub: Hub }) {
  return (
    <div role="status" className="flex flex-col items-center gap-2 py-6 text-center">
      <CircleCheck aria-hidden className="size-10 text-success-solid" strokeWidth={1.5} />
      <p className="text-lg font-semibold">{hub.name} is yours</p>
      <p className="text-sm text-ink-2">
        {hub.online
          ? 'It is online. Add its printers next.'
          : 'It is claimed. Start it with “printfarm-hub run” and it comes online here.'}
      </p>
    </div>
  )
}
