/** Types of `embed.js`, the custom element `<keyward-portal>`. */

/** Pages of an organization. */
export type KeywardOrganizationPage =
  | 'api-key'
  | 'oauth-servers'
  | 'sandbox-tokens'
  | 'getting-started'
  | 'administrators'
  | 'roles'
  | 'audit-log'

/** Those, and pages of none. */
export type KeywardPage = KeywardOrganizationPage | 'organizations' | 'account'

/** Where the portal is. */
export interface KeywardPlace {
  page: KeywardPage | 'sign-in' | 'other'
  /** The identifier, on pages of an organization. */
  organization?: number
}

/** What has happened to a key; `changed` if it happened elsewhere. */
export interface KeywardKeyChange {
  organization: number
  change: 'added' | 'edited' | 'regenerated' | 'deleted' | 'confirmed' | 'changed'
}

/** The events of the element. */
export interface KeywardPortalEvents {
  'keyward-ready': CustomEvent<KeywardPlace>
  'keyward-height': CustomEvent<{ height: number }>
  'keyward-navigated': CustomEvent<KeywardPlace>
  'keyward-key-changed': CustomEvent<KeywardKeyChange>
  'keyward-session-ended': CustomEvent<Record<string, never>>
  /** The portal didn't answer. */
  'keyward-error': CustomEvent<Record<string, never>>
}

/** The attributes of the element. */
export interface KeywardPortalAttributes {
  /** Where the portal is: its public address, or its path on the same origin. */
  base: string
  /** The identifier of an organization; without it, the one that the admin has seen last, else the first. */
  organization?: string | number | undefined
  /** One page, without the ways to others. */
  page?: KeywardOrganizationPage | undefined
  /** What screen readers call the frame. */
  title?: string | undefined
  /** A language tag, such as `de`. */
  lang?: string | undefined
  theme?: 'light' | 'dark' | 'auto' | undefined
  /** Hides whatever changes something. */
  readonly?: boolean | undefined
}

export interface KeywardPortalElement extends HTMLElement {
  /** Shows a page of the portal. Does nothing while a dialog is open in it. */
  goto(page: KeywardPage, organization?: string | number): void
  /** Passes the theme and the custom properties `--keyward-…` on again. */
  updateTheme(): void
  addEventListener<K extends keyof KeywardPortalEvents>(
    type: K,
    listener: (this: KeywardPortalElement, event: KeywardPortalEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void
}

declare global {
  interface HTMLElementTagNameMap {
    'keyward-portal': KeywardPortalElement
  }
}
