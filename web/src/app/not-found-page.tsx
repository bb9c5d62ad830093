import { Compass } from 'lucide-react'
import { Link } from 'react-router'
import { Button } from '../ui/button'
import { Empty, PageHeader } from '../ui/page'

export default function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" />
      <Empty
        icon={Compass}
        title="There is no such page"
        action={
          <Button asChild variant="primary">
            <Link to="/">Go to the overview</Link>
          </Button>
        }
      >
        The address may be mistyped, or what it named was removed.
      </Empty>
    </>
  )
}
