import { ChevronDown } from 'lucide-react'
import { type ComponentPropsWithoutRef, forwardRef } from 'react'
import { cn } from './cn'

const control_classes =
  'h-10 w-full min-w-0 rounded-control border border-line-strong bg-surface px-3 text-ink outline-offset-0 transition-colors placeholder:text-ink-3 disabled:opacity-50 aria-invalid:border-danger-solid'

// Refs are passed on: forms read, fill and focus their fields by them.
export const Input = forwardRef<HTMLInputElement, ComponentPropsWithoutRef<'input'>>(function Input(
  { className, ...props },
  ref,
) {
  return <input ref={ref} data-slot="input" className={cn(control_classes, className)} {...props} />
})

// The browser's own list: it is the one that works on every phone and with every screen reader.
export const Select = forwardRef<HTMLSelectElement, ComponentPropsWithoutRef<'select'>>(
  function Select({ className, children, ...props }, ref) {
    return (
      <span className="relative block">
        <select
          ref={ref}
          data-slot="select"
          className={cn(control_classes, 'appearance-none pr-9', className)}
          {...props}
        >
          {children}
        </select>
        <ChevronDown
          aria-hidden
          className="pointer-events-none absolute top-1/2 right-3 size-4 -translate-y-1/2 text-ink-3"
        />
      </span>
    )
  },
)
