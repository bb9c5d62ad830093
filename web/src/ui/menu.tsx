import { DropdownMenu } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn'

export const MenuRoot = DropdownMenu.Root
export const MenuTrigger = DropdownMenu.Trigger
export const MenuRadioGroup = DropdownMenu.RadioGroup

export function MenuContent({ className, ...props }: ComponentProps<typeof DropdownMenu.Content>) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        sideOffset={6}
        collisionPadding={8}
        className={cn(
          'z-50 min-w-44 rounded-card border bg-surface p-1 shadow-raised data-[state=open]:animate-in data-[state=open]:fade-in-0',
          className,
        )}
        {...props}
      />
    </DropdownMenu.Portal>
  )
}

const item_classes =
  'flex cursor-pointer items-center gap-2.5 rounded-control px-2.5 py-2 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:text-ink-3'

type ItemProps = ComponentProps<typeof DropdownMenu.Item> & { danger?: boolean }

export function MenuItem({ className, danger, ...props }: ItemProps) {
  return (
    <DropdownMenu.Item
      className={cn(item_classes, danger && 'text-danger-text [&_svg]:text-danger-text', className)}
      {...props}
    />
  )
}

export function MenuRadioItem({
  className,
  ...props
}: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return (
    <DropdownMenu.RadioItem
      className={cn(
        item_classes,
        'data-[state=checked]:font-medium data-[state=checked]:text-accent-text',
        className,
      )}
      {...props}
    />
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2.5 py-1.5 text-xs text-ink-3">{children}</DropdownMenu.Label>
  )
}

export function MenuSeparator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />
}
