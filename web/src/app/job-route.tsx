import { useParams } from 'react-router'
import { JobPage } from '../features/jobs/job-page'
import { PlateAction } from '../features/printers/plate-action'

export default function JobRoute() {
  const { id = '' } = useParams()
  return (
    <JobPage
      key={id}
      id={id}
      plate_action={(printer_id) => <PlateAction printer_id={printer_id} />}
    />
  )
}
