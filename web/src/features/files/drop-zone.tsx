import { useQueryClient } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import { createContext, type DragEvent, type ReactNode, useContext, useRef, useState } from 'react'
import { files_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { add_uploads } from './uploads'

function useAddUploads(): (files: readonly File[]) => void {
  const client = useQueryClient()
  return (files) =>
    add_uploads(files, () => void client.invalidateQueries({ queryKey: files_query.queryKey }))
}

const carries_files = (event: DragEvent) => event.dataTransfer.types.includes('Files')

// Opens the browser's file chooser. Its input lives in the zone around all pages, so that what was
// chosen is not lost when the button that opened it is gone by then.
const ChooseFiles = createContext<() => void>(() => {})

// Files may be dropped anywhere on any page.
export function DropZone({ children }: { children: ReactNode }) {
  const may = useMay('operator')
  const add = useAddUploads()
  // Entering a child leaves its parent: only the count tells when the pointer is really gone.
  const depth = useRef(0)
  const input = useRef<HTMLInputElement>(null)
  const [over, set_over] = useState(false)
  if (!may) return children
  const leave = () => {
    depth.current = 0
    set_over(false)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the button is the accessible way
    <div
      onDragEnter={(event) => {
        if (!carries_files(event)) return
        event.preventDefault()
        depth.current += 1
        set_over(true)
      }}
      onDragOver={(event) => carries_files(event) && event.preventDefault()}
      onDragLeave={() => {
        depth.current -= 1
        if (depth.current <= 0) leave()
      }}
      onDrop={(event) => {
        if (!carries_files(event)) return
        event.preventDefault()
        leave()
        add([...event.dataTransfer.files])
      }}
    >
      <ChooseFiles.Provider value={() => input.current?.click()}>{children}</ChooseFiles.Provider>
      <input
        ref={input}
        type="file"
        accept=".3mf"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          add([...(event.target.files ?? [])])
          // The same file may be chosen again.
          event.target.value = ''
        }}
      />
      {over && (
        <div className="pointer-events-none fixed inset-0 z-40 flex items-center justify-center bg-shade p-6">
          <div className="flex flex-col items-center gap-3 rounded-2xl border-2 border-dashed border-accent bg-surface px-14 py-12 text-center shadow-raised">
            <FileUp aria-hidden className="size-10 text-accent-text" strokeWidth={1.5} />
            <p className="text-lg font-semibold">Drop to upload</p>
            <p className="text-sm text-ink-2">Sliced files (.gcode.3mf)</p>
          </div>
        </div>
      )}
    </div>
  )
}

export function UploadButton() {
  const may = useMay('operator')
  const choose = useContext(ChooseFiles)
  if (!may) return null
  return (
    <Button variant="primary" onClick={choose}>
      <FileUp aria-hidden />
      Upload files
    </Button>
  )
}
