// The example of `docs/embed.md`, so that the compiler reads it.
import type { KeywardPortalAttributes, KeywardPortalEvents } from '../../../src/embed.d.ts'

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'keyward-portal': KeywardPortalAttributes & {
        'onkeyward-key-changed'?: (event: KeywardPortalEvents['keyward-key-changed']) => void
      }
    }
  }
}

export function Key({ organization, onChange }: { organization: number; onChange: () => void }) {
  return (
    <keyward-portal base="https://keys.example/keyward/" organization={organization} page="api-key" onkeyward-key-changed={onChange} />
  )
}
