/**
 * Drafts: typed text, kept in the browser until the server has it.
 *
 * A draft belongs to a user, a page (or record) and one of its fields. Each draft is its own localStorage entry under
 * the id of the page load that wrote it, so two tabs never overwrite each other's text. Writes are synchronous: a draft
 * survives however the page ends. Never store passwords here.
 */
import { uuid7 } from './ids'

export interface Draft {
  readonly key: string
  readonly page: string
  readonly field: string
  readonly text: string
  readonly label: string // what the text belongs to, for display
  readonly over?: string // the value that was replaced, if known
  readonly at: number // milliseconds
}

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const PREFIX = 'cxmap-draft'
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

export class Drafts {
  private readonly pageLoadId = uuid7()
  private readonly unstored = new Map<string, string>() // not accepted by the storage: lasts as long as the page
  private readonly resumedKeys = new Map<string, string>() // keys of older drafts continued here, by place

  /** Without a `user` there are no drafts, and nothing that is typed is stored. */
  constructor(
    readonly user: string,
    private readonly storage: DraftStorage | null = browserStorage(),
    private readonly now: () => number = Date.now,
  ) {
    for (const key of this.keys()) if (this.isExpired(key)) this.delete(key)
  }

  /**
   * Return the draft that this page load shows in a field; otherwise the newest other draft, which is continued here;
   * or null.
   */
  get(page: string, field: string): Draft | null {
    const newest = this.list(page).find((draft) => draft.field === field) ?? null
    const draft = this.getOpen(page, field) ?? newest
    if (draft && draft.key !== this.keyOf(page, field)) this.resumedKeys.set(this.placeOf(page, field), draft.key)
    return draft
  }

  /** Return the draft that this page load wrote or continues, or null. */
  getOpen(page: string, field: string): Draft | null {
    return this.list(page).find((draft) => draft.field === field && this.isOpen(draft)) ?? null
  }

  /** Store a text. Return false if it lasts only as long as the page. */
  set(page: string, field: string, text: string, label = '', over?: string): boolean {
    const isStored = this.write(this.keyOf(page, field), JSON.stringify({ text, label, over, at: this.now() }))
    this.removeResumed(page, field)
    return isStored
  }

  /** Remove the draft of this page load, and the older one that it continued. */
  remove(page: string, field: string): void {
    this.delete(this.keyOf(page, field))
    this.removeResumed(page, field)
  }

  /** Return whether this page load wrote or continues a draft, so that a field shows its text. */
  isOpen({ key, page, field }: Draft): boolean {
    return key === this.keyOf(page, field) || key === this.resumedKeys.get(this.placeOf(page, field))
  }

  /** Remove one draft returned by `list()` or `ofOtherUsers()`. */
  discard({ key }: Draft): void {
    this.delete(key)
  }

  /** Return the user's drafts of one page, or of all pages, newest first. */
  list(page?: string): Draft[] {
    const prefix =
      page === undefined
        ? `${PREFIX} ${encodePart(this.user)} `
        : `${PREFIX} ${encodePart(this.user)} ${encodePart(page)} `
    return this.read(this.user ? this.keys().filter((key) => key.startsWith(prefix)) : [])
  }

  /** Return the drafts of other users of this browser, newest first. */
  ofOtherUsers(): Draft[] {
    return this.read(this.keys().filter((key) => !key.startsWith(`${PREFIX} ${encodePart(this.user)} `)))
  }

  /** Return whether text would be lost with the page. */
  hasUnstored(): boolean {
    return this.unstored.size > 0
  }

  private keyOf(page: string, field: string): string {
    return `${this.placeOf(page, field)} ${this.pageLoadId}`
  }

  private placeOf(page: string, field: string): string {
    return [PREFIX, this.user, page, field].map(encodePart).join(' ')
  }

  private removeResumed(page: string, field: string): void {
    const place = this.placeOf(page, field)
    const key = this.resumedKeys.get(place)
    if (key) this.delete(key)
    this.resumedKeys.delete(place)
  }

  private keys(): string[] {
    const stored = Array.from({ length: this.storage?.length ?? 0 }, (_, at) => this.storage?.key(at) ?? '')
    return [...new Set([...this.unstored.keys(), ...stored])].filter((key) => key.startsWith(`${PREFIX} `))
  }

  private read(keys: readonly string[]): Draft[] {
    const drafts = keys.map((key) => this.parse(key)).filter((draft) => draft !== null)
    return drafts.sort((a, b) => b.at - a.at)
  }

  private parse(key: string): Draft | null {
    try {
      const stored = JSON.parse(this.unstored.get(key) ?? this.storage?.getItem(key) ?? 'null') as Omit<
        Draft,
        'key' | 'page' | 'field'
      > | null
      const [, , page = '', field = ''] = key.split(' ').map(decodeURIComponent)
      return stored && typeof stored.text === 'string' ? { ...stored, key, page, field } : null
    } catch {
      return null
    }
  }

  private isExpired(key: string): boolean {
    const draft = this.parse(key)
    return draft === null || this.now() - draft.at > LIFETIME_MS
  }

  private write(key: string, value: string): boolean {
    try {
      if (!this.user || !this.storage) throw new Error('There is no storage.')
      this.storage.setItem(key, value)
      this.unstored.delete(key)
      return true
    } catch {
      this.unstored.set(key, value)
      return false
    }
  }

  private delete(key: string): void {
    this.unstored.delete(key)
    try {
      this.storage?.removeItem(key)
    } catch {
      // If the storage refuses to remove it, the draft stays until it expires.
    }
  }
}

/** Return the browser's localStorage, or null where it is blocked. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}

/** Return the user of this page as templates/base.html names them, or '' if nobody is signed in. */
export function pageUser(): string {
  return document.documentElement.dataset['user'] ?? ''
}

function encodePart(text: string): string {
  return encodeURIComponent(text)
}
