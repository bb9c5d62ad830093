import { JobsPage } from '../features/jobs/jobs-page'
import { PlateAction } from '../features/printers/plate-action'
import { open_print_sheet } from './print-sheet-host'

export default function JobsRoute() {
  return (
    <JobsPage
      onPrint={() => open_print_sheet()}
      plate_action={(printer_id) => <PlateAction printer_id={printer_id} />}
    />
  )
}
