import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import { type ComponentPropsWithoutRef, forwardRef } from 'react'
import { cn } from './cn'

const button_classes = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-2 rounded-control font-medium whitespace-nowrap transition-colors disabled:opacity-50 aria-disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        primary: 'bg-primary text-on-primary hover:bg-primary-hover',
        outline: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
        quiet: 'text-ink-2 hover:bg-sunken hover:text-ink',
        danger: 'bg-danger-solid text-on-danger hover:opacity-90',
      },
      size: {
        sm: 'h-8 px-3 text-sm',
        md: 'h-9.5 px-4 text-sm',
        lg: 'h-11 px-5',
        icon: 'size-9.5',
      },
    },
    defaultVariants: { variant: 'outline', size: 'md' },
  },
)

type ButtonProps = ComponentPropsWithoutRef<'button'> &
  VariantProps<typeof button_classes> & { asChild?: boolean; busy?: boolean }

// `busy` keeps the width and the focus, and takes no second press. The ref is passed on, since menus
// stand beside the element that opens them.
export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { className, variant, size, asChild, busy, ...props },
  ref,
) {
  const classes = cn(button_classes({ variant, size }), className)
  if (asChild) return <Slot.Root ref={ref} data-slot="button" className={classes} {...props} />
  const { children, disabled, type = 'button', onClick, ...rest } = props
  return (
    <button
      ref={ref}
      data-slot="button"
      type={type}
      className={cn(classes, busy && 'relative cursor-progress')}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      <span className={cn('inline-flex items-center gap-2', busy && 'opacity-0')}>{children}</span>
      {busy && <LoaderCircle aria-hidden className="absolute animate-spin" />}
    </button>
  )
})
