import { CircleCheck, CircleX, X } from 'lucide-react'
import { bytes, count } from '../../lib/format'
import { Button } from '../../ui/button'
import { Progress } from '../../ui/progress'
import { cancel_upload, forget_ended_uploads, type Upload, useUploads } from './uploads'

// What is on its way, on whichever page one is.
export function UploadTray() {
  const list = useUploads((uploads) => uploads.list)
  if (list.length === 0) return null
  const running = list.filter(
    ({ state }) => state.step !== 'stored' && state.step !== 'refused',
  ).length
  return (
    <section
      aria-label="Uploads"
      className="fixed inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-30 rounded-card border bg-surface shadow-raised sm:right-5 sm:left-auto sm:w-96 lg:bottom-5"
    >
      <header className="flex items-center justify-between gap-3 border-b py-1.5 pr-2 pl-4">
        <h2 className="text-sm font-semibold">
          {running > 0 ? `Uploading ${count(running, 'file')}` : 'Uploads'}
        </h2>
        <Button
          variant="quiet"
          size="sm"
          onClick={forget_ended_uploads}
          disabled={running === list.length}
        >
          Clear ended
        </Button>
      </header>
      <ul className="max-h-64 divide-y overflow-y-auto">
        {list.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  )
}

function UploadRow({ upload }: { upload: Upload }) {
  const { state } = upload
  const over = state.step === 'stored' || state.step === 'refused'
  return (
    <li className="flex items-start gap-3 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium" title={upload.name}>
          {upload.name}
        </p>
        {state.step === 'sending' && (
          <Progress
            label={`Upload of ${upload.name}`}
            value={upload.size === 0 ? undefined : state.loaded / upload.size}
            className="my-1.5"
          />
        )}
        <p
          role={state.step === 'refused' ? 'alert' : undefined}
          className="figures text-xs text-ink-3"
        >
          {state_words(upload)}
        </p>
      </div>
      {state.step === 'stored' && (
        <CircleCheck aria-label="Stored" className="mt-0.5 size-5 text-success-solid" />
      )}
      {state.step === 'refused' && (
        <CircleX aria-label="Refused" className="mt-0.5 size-5 text-danger-solid" />
      )}
      {!over && (
        <Button
          variant="quiet"
          size="icon"
          className="-my-1 -mr-2"
          aria-label={`Cancel the upload of ${upload.name}`}
          onClick={() => cancel_upload(upload.id)}
        >
          <X />
        </Button>
      )}
    </li>
  )
}

function state_words({ state, size }: Upload): string {
  switch (state.step) {
    case 'waiting':
      return 'Waiting for the others'
    case 'sending':
      return `${bytes(state.loaded)} of ${bytes(size)}`
    case 'reading':
      return 'Sent. The server reads its plates'
    case 'stored':
      return `Stored with ${count(state.file.plates.length, 'plate')}`
    case 'refused':
      return state.says
  }
}
