import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` serves the app itself and passes everything else to a running printfarm.
const server_url = process.env.PRINTFARM_URL ?? 'http://127.0.0.1:8080'
const proxied = { target: server_url, changeOrigin: false }

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    proxy: {
      '/api': proxied,
      '/auth': proxied,
      '/download': proxied,
      '/ws': { ...proxied, ws: true },
    },
  },
  build: {
    target: 'es2022',
    // Fonts and pictures stay files: they are cached for ever, and the page's policy allows no data:.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 420,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
  },
})
