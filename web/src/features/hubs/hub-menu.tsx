import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ellipsis, Lightbulb, Pencil, RotateCw, Trash2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../../generated/api'
import type { Hub } from '../../generated/protocol'
import { carried_out } from '../../lib/commands'
import { count } from '../../lib/format'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { ConfirmDialog } from '../../ui/dialog'
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../../ui/menu'
import { tell, tell_problem } from '../../ui/toaster'

const RenameHubDialog = lazy(() => import('./rename-hub-dialog'))

export function HubMenu({ hub }: { hub: Hub }) {
  const client = useQueryClient()
  const may_identify = useMay('operator')
  const may_change = useMay('admin')
  const may_release = useMay('owner')
  const [open, set_open] = useState<'rename' | 'restart' | 'release'>()
  const close = () => set_open(undefined)
  const identify = useMutation({
    mutationFn: async () => carried_out(await api.hubs.identify(hub.id)),
    onSuccess: () => tell(`${hub.name} shows itself`, 'Look for the blinking light.'),
    onError: (error) => tell_problem(`${hub.name} did not show itself`, error),
  })
  const release = async () => {
    await api.hubs.release(hub.id)
    await client.invalidateQueries({ queryKey: ['hub'] })
  }
  if (!may_identify) return null
  return (
    <>
      <MenuRoot modal={false}>
        <MenuTrigger asChild>
          <Button size="icon" variant="quiet" aria-label={`More about ${hub.name}`}>
            <Ellipsis />
          </Button>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem onSelect={() => identify.mutate()}>
            <Lightbulb aria-hidden />
            Show which one it is
          </MenuItem>
          {may_change && (
            <MenuItem onSelect={() => set_open('rename')}>
              <Pencil aria-hidden />
              Rename
            </MenuItem>
          )}
          {may_change && (
            <MenuItem onSelect={() => set_open('restart')}>
              <RotateCw aria-hidden />
              Restart
            </MenuItem>
          )}
          {may_release && (
            <MenuItem danger onSelect={() => set_open('release')}>
              <Trash2 aria-hidden />
              Release
            </MenuItem>
          )}
        </MenuContent>
      </MenuRoot>
      {open === 'rename' && (
        <Suspense fallback={null}>
          <RenameHubDialog hub={hub} onClose={close} />
        </Suspense>
      )}
      <ConfirmDialog
        open={open === 'restart'}
        onOpenChange={close}
        title={`Restart ${hub.name}?`}
        description="Its printers go on with what they print; nothing new starts until it is back."
        verb="Restart hub"
        onConfirm={async () => carried_out(await api.hubs.reboot(hub.id))}
      />
      <ConfirmDialog
        open={open === 'release'}
        onOpenChange={close}
        title={`Release ${hub.name}?`}
        description={
          hub.printer_count > 0
            ? `It still has ${count(hub.printer_count, 'printer')}. Move them to another hub or remove them first: until then it cannot be released.`
            : 'It no longer belongs to your organization. To use it again, claim it like a new one.'
        }
        verb="Release hub"
        onConfirm={release}
      />
    </>
  )
}
