import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config as configure_schemas } from 'zod/v4/core'
import { App } from './app/app'
import './styles.css'

// The page's content policy allows no eval, and schemas would try it. Said here, because they look
// when they are made, and they are made when the first form is loaded.
configure_schemas({ jitless: true })

const root = document.querySelector('#root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
