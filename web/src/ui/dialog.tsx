import { X } from 'lucide-react'
import { AlertDialog as RadixAlert, Dialog as RadixDialog } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { says } from '../lib/problem'
import { Button } from './button'
import { cn } from './cn'
import { Notice } from './notice'

const overlay_classes =
  'fixed inset-0 z-40 bg-shade data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=closed]:animate-out data-[state=closed]:fade-out-0'
const centred_classes =
  'fixed inset-x-0 bottom-0 z-50 flex max-h-[92dvh] flex-col rounded-t-2xl border bg-surface shadow-raised outline-none sm:inset-auto sm:top-1/2 sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:max-w-lg sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:slide-in-from-bottom-4 data-[state=closed]:animate-out data-[state=closed]:fade-out-0'

interface DialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  className?: string
  children: ReactNode
}

// From the bottom on a phone, where thumbs are; in the middle elsewhere.
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  className,
  children,
}: DialogProps) {
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={overlay_classes} />
        <RadixDialog.Content
          className={cn(centred_classes, className)}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start justify-between gap-4 border-b px-5 py-4">
            <div className="space-y-1">
              <RadixDialog.Title className="text-lg font-semibold">{title}</RadixDialog.Title>
              {description && (
                <RadixDialog.Description className="text-sm text-ink-2">
                  {description}
                </RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <Button variant="quiet" size="icon" aria-label="Close" className="-mt-1 -mr-2">
                <X />
              </Button>
            </RadixDialog.Close>
          </header>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

// The part that scrolls, and the buttons that stay.
export function DialogBody({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div className={cn('min-h-0 flex-1 space-y-4 overflow-y-auto px-5 py-4', className)}>
      {children}
    </div>
  )
}
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-row-reverse flex-wrap gap-2 border-t px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      {children}
    </footer>
  )
}

interface ConfirmProps {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: ReactNode
  verb: string
  keep?: string
  // Rejected: what it says is shown here, and the dialog stays.
  onConfirm: () => Promise<unknown>
}

export function ConfirmDialog(props: ConfirmProps) {
  const { open, onOpenChange, title, description, verb, keep = 'Keep', onConfirm } = props
  const [busy, set_busy] = useState(false)
  const [problem, set_problem] = useState<string>()
  const confirm = async () => {
    set_busy(true)
    set_problem(undefined)
    try {
      await onConfirm()
      onOpenChange(false)
    } catch (error) {
      set_problem(says(error))
    } finally {
      set_busy(false)
    }
  }
  return (
    <RadixAlert.Root open={open} onOpenChange={onOpenChange}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className={overlay_classes} />
        <RadixAlert.Content className={cn(centred_classes, 'sm:max-w-md')}>
          <div className="space-y-2 px-5 pt-5 pb-4">
            <RadixAlert.Title className="text-lg font-semibold">{title}</RadixAlert.Title>
            <RadixAlert.Description className="text-sm text-ink-2">
              {description}
            </RadixAlert.Description>
            {problem && <Notice tone="danger">{problem}</Notice>}
          </div>
          <DialogActions>
            <Button variant="danger" busy={busy} onClick={() => void confirm()}>
              {verb}
            </Button>
            <RadixAlert.Cancel asChild>
              <Button>{keep}</Button>
            </RadixAlert.Cancel>
          </DialogActions>
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  )
}
