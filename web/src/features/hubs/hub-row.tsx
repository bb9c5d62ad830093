import { CircleCheck, Unplug } from 'lucide-react'
import type { Hub } from '../../generated/protocol'
import { age, count, unknown_mark } from '../../lib/format'
import { useLiveHub, useServerNow } from '../../lib/live'
import { Badge } from '../../ui/badge'
import { Card, Fact } from '../../ui/card'
import { HubMenu } from './hub-menu'
import { QuarantineNotice } from './quarantine-notice'

export function HubRow({ hub }: { hub: Hub }) {
  const live = useLiveHub(hub.id)
  const server_now = useServerNow(5000)
  const online = live?.online ?? hub.online
  const last_seen_at = live?.last_seen_at ?? hub.last_seen_at
  return (
    <li>
      <Card className="p-4 sm:p-5">
        <div className="flex items-start justify-between gap-3">
          <div className="min-w-0">
            <h2 className="truncate font-semibold">{hub.name}</h2>
            <p className="figures text-sm text-ink-3">{count(hub.printer_count, 'printer')}</p>
          </div>
          <div className="flex items-center gap-1">
            <Badge
              tone={online ? 'success' : 'warning'}
              icon={online ? <CircleCheck aria-hidden /> : <Unplug aria-hidden />}
            >
              {online ? 'Online' : 'Offline'}
            </Badge>
            <HubMenu hub={hub} />
          </div>
        </div>
        <QuarantineNotice hub={hub} />
        {!online && hub.quarantined_at === undefined && (
          <p className="mt-3 text-sm text-ink-2">
            Check its power and network. Its printers go on with what they print; nothing new
            starts.
          </p>
        )}
        <dl className="mt-3 divide-y border-t pt-1">
          <Fact name="Last seen">{online ? 'now' : age(last_seen_at, server_now)}</Fact>
          <Fact name="Address">{hub.ip_address || unknown_mark}</Fact>
          <Fact name="Version">{hub.firmware_version || unknown_mark}</Fact>
          <Fact name="Kind">{hub.hardware_revision || unknown_mark}</Fact>
        </dl>
      </Card>
    </li>
  )
}
