import { useInfiniteQuery } from '@tanstack/react-query'
import { FileBox } from 'lucide-react'
import { files_query } from '../../lib/queries'
import { Button } from '../../ui/button'
import { Empty, LoadFailed, PageHeader } from '../../ui/page'
import { Skeleton } from '../../ui/skeleton'
import { UploadButton } from './drop-zone'
import { FileCard } from './file-card'

interface FilesPageProps {
  onPrint: (file_id: string) => void
}

export function FilesPage({ onPrint }: FilesPageProps) {
  const files = useInfiniteQuery(files_query)
  const list = files.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <PageHeader title="Files" actions={list && list.length > 0 && <UploadButton />} />
      {files.isPending && <Skeleton className="h-64 rounded-card" />}
      {files.isError && !list && (
        <LoadFailed error={files.error} onRetry={() => void files.refetch()} />
      )}
      {list?.length === 0 && (
        <Empty icon={FileBox} title="No files yet" action={<UploadButton />}>
          Drop sliced files here, or anywhere on any page. In Bambu Studio or OrcaSlicer, slice the
          plate and choose “Export plate sliced file” (.gcode.3mf).
        </Empty>
      )}
      {list && list.length > 0 && (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,17rem),1fr))] gap-3.5">
          {list.map((file) => (
            <FileCard key={file.id} file={file} onPrint={onPrint} />
          ))}
        </ul>
      )}
      {files.hasNextPage && (
        <div className="mt-6 flex justify-center">
          <Button busy={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  )
}
