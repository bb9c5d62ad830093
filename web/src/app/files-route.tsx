import { useParams } from 'react-router'
import { FilePage } from '../features/files/file-page'
import { FilesPage } from '../features/files/files-page'
import { open_print_sheet } from './print-sheet-host'

export function FilesRoute() {
  return <FilesPage onPrint={(file_id) => open_print_sheet({ file_id })} />
}

export function FileRoute() {
  const { id = '' } = useParams()
  return (
    <FilePage key={id} id={id} onPrint={(file_id, plate) => open_print_sheet({ file_id, plate })} />
  )
}
