import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './button'

const copied_shown_ms = 2000

// Text that is meant for another place, with the button that takes it there.
export function CopyBox({ label, text }: { label: string; text: string }) {
  const [copied, set_copied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => set_copied(false), copied_shown_ms)
    return () => clearTimeout(timer)
  }, [copied])
  // Pages that are not served over TLS have no clipboard; the text can still be selected.
  const can_copy = 'clipboard' in navigator
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => set_copied(true),
      () => {},
    )
  return (
    <div className="flex items-center gap-2 rounded-control border bg-sunken p-2 pl-3">
      <code
        aria-label={label}
        className="min-w-0 flex-1 font-mono text-[0.8125rem] leading-relaxed break-all select-all"
      >
        {text}
      </code>
      {can_copy && (
        <Button size="sm" onClick={copy}>
          {copied ? <Check /> : <Copy />}
          {copied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </div>
  )
}
