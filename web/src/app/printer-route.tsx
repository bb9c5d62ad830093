import { Play } from 'lucide-react'
import { useParams } from 'react-router'
import { PrinterJobs } from '../features/jobs/printer-jobs'
import { PrinterControls } from '../features/jobs/printer-controls'
import { PrinterPage } from '../features/printers/printer-page'
import { useMay } from '../lib/session'
import { Button } from '../ui/button'
import { open_print_sheet } from './print-sheet-host'

export default function PrinterRoute() {
  const { id = '' } = useParams()
  const may_print = useMay('operator')
  return (
    <PrinterPage
      key={id}
      id={id}
      controls={(printer) => <PrinterControls printer={printer} />}
      jobs={<PrinterJobs printer_id={id} />}
      print_action={
        may_print && (
          <Button variant="primary" onClick={() => open_print_sheet({ printer_id: id })}>
            <Play aria-hidden />
            Print a file
          </Button>
        )
      }
    />
  )
}
