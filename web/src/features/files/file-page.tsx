import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, Download, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { api } from '../../generated/api'
import type { Plate, PrintFileInfo } from '../../generated/protocol'
import {
  bytes,
  count,
  duration_seconds,
  fingerprint,
  grams,
  millimeters,
  moment,
  unknown_mark,
} from '../../lib/format'
import { useNow } from '../../lib/now'
import { file_query } from '../../lib/queries'
import { useMay } from '../../lib/session'
import { Button } from '../../ui/button'
import { Card, Fact, Section } from '../../ui/card'
import { ConfirmDialog } from '../../ui/dialog'
import { LoadFailed, PageHeader } from '../../ui/page'
import { Picture } from '../../ui/picture'
import { Skeleton } from '../../ui/skeleton'
import { Filaments } from './filaments'
import { made_for, picture_of } from './file-facts'

interface FilePageProps {
  id: string
  onPrint: (file_id: string, plate: number) => void
}

export function FilePage({ id, onPrint }: FilePageProps) {
  const file = useQuery(file_query(id))
  return (
    <>
      <Link
        to="/files"
        className="mb-2 -ml-1 inline-flex h-7 items-center gap-1 rounded-md pr-2 text-sm text-ink-2 hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4" />
        Files
      </Link>
      {file.isPending && <Skeleton className="h-96" />}
      {file.isError && !file.data && (
        <LoadFailed error={file.error} onRetry={() => void file.refetch()} />
      )}
      {file.data && (
        <>
          <PageHeader title={file.data.name} actions={<FileActions file={file.data} />} />
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
            <ul className="space-y-4">
              {file.data.plates.map((plate) => (
                <PlateCard key={plate.index} file_id={id} plate={plate} onPrint={onPrint} />
              ))}
            </ul>
            <FileFacts file={file.data} />
          </div>
        </>
      )}
    </>
  )
}

function FileActions({ file }: { file: PrintFileInfo }) {
  const navigate = useNavigate()
  const may_remove = useMay('operator')
  const [removing, set_removing] = useState(false)
  const remove = async () => {
    await api.files.remove(file.id)
    void navigate('/files')
  }
  return (
    <>
      <Button asChild>
        <a href={api.files.download(file.id)} download={file.name}>
          <Download aria-hidden />
          Download
        </a>
      </Button>
      {may_remove && (
        <Button onClick={() => set_removing(true)}>
          <Trash2 aria-hidden />
          Delete
        </Button>
      )}
      <ConfirmDialog
        open={removing}
        onOpenChange={set_removing}
        title={`Delete ${file.name}?`}
        description="It can no longer be printed. Prints that were made of it stay in the list."
        verb="Delete file"
        onConfirm={remove}
      />
    </>
  )
}

interface PlateCardProps {
  file_id: string
  plate: Plate
  onPrint: (file_id: string, plate: number) => void
}

function PlateCard({ file_id, plate, onPrint }: PlateCardProps) {
  const may_print = useMay('operator')
  return (
    <li>
      <Card className="flex flex-col gap-4 p-4 sm:flex-row">
        <Picture src={picture_of(file_id, plate)} className="w-full sm:w-48" />
        <div className="min-w-0 flex-1">
          <div className="flex items-start justify-between gap-3">
            <h2 className="font-semibold">
              Plate {plate.index}
              {plate.name && <span className="font-normal text-ink-2"> · {plate.name}</span>}
            </h2>
            {may_print && (
              <Button
                size="sm"
                variant="primary"
                onClick={() => onPrint(file_id, plate.index)}
                aria-label={`Print plate ${plate.index}`}
              >
                <Play aria-hidden />
                Print
              </Button>
            )}
          </div>
          <dl className="mt-1 divide-y">
            <Fact name="Time">{duration_seconds(plate.print_seconds)}</Fact>
            <Fact name="Weight">{grams(plate.weight_grams)}</Fact>
            <Fact name="Layers">{plate.layer_count ?? unknown_mark}</Fact>
            <Fact name="Plate type">{plate.bed_type?.replaceAll('_', ' ') || unknown_mark}</Fact>
            <Fact name="Objects">{object_words(plate)}</Fact>
          </dl>
          <div className="border-t pt-2.5">
            <Filaments filaments={plate.filaments} />
          </div>
        </div>
      </Card>
    </li>
  )
}

const named_objects_max = 4

function object_words({ objects }: Plate): string {
  if (objects.length === 0) return unknown_mark
  if (objects.length > named_objects_max) return count(objects.length, 'object')
  return objects.map((object) => object.name).join(', ')
}

function FileFacts({ file }: { file: PrintFileInfo }) {
  const now = useNow(60_000)
  return (
    <Section title="File">
      <dl className="divide-y px-4 py-1 sm:px-5">
        <Fact name="Made for">{made_for(file) ?? unknown_mark}</Fact>
        <Fact name="Nozzle">{millimeters(file.nozzle_diameter)}</Fact>
        <Fact name="Size">{bytes(file.size)}</Fact>
        <Fact name="Uploaded">{moment(file.created_at, now)}</Fact>
        <Fact name="Slicer version">{file.slicer_version || unknown_mark}</Fact>
      </dl>
      <div className="border-t px-4 py-3 text-sm sm:px-5">
        <p className="text-ink-3">SHA-256</p>
        <p className="mt-1 font-mono text-xs leading-relaxed break-words">
          {fingerprint(file.sha256)}
        </p>
      </div>
    </Section>
  )
}
