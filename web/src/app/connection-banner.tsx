import { CloudOff } from 'lucide-react'
import { age } from '../lib/format'
import { retry_live, useLiveConnection } from '../lib/live'
import { useNow } from '../lib/now'
import { Button } from '../ui/button'

// A planned restart is over sooner than anybody could read a sentence about it.
const patience_ms = 2000

export function ConnectionBanner() {
  const connection = useLiveConnection()
  const now = useNow()
  if (connection.state !== 'away' || now - connection.since < patience_ms) return null
  const seconds = Math.max(0, Math.ceil((connection.retry_at - now) / 1000))
  return (
    <div
      role="status"
      className="sticky top-0 z-10 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 bg-warning-soft px-4 py-2 text-sm text-warning-text sm:px-6 lg:px-8"
    >
      <p className="flex items-start gap-2">
        <CloudOff aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>
          <span className="font-medium">No connection to the server.</span>{' '}
          <span className="figures">
            This is how things were {age(connection.since, now)}. Printers go on by themselves.
          </span>
        </span>
      </p>
      <Button size="sm" className="figures min-w-34" onClick={retry_live}>
        {seconds > 0 ? `Try now (${seconds} s)` : 'Trying'}
      </Button>
    </div>
  )
}
