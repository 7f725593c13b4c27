/**
 * Drafts: typed text that the server does not have yet, kept by the browser until it does.
 *
 * A draft belongs to a user, a page (or record) and a field of it. Each draft is an entry of its own in
 * localStorage, under the id of the page load that wrote it: two tabs never overwrite each other's text.
 * Writing is synchronous, so a draft survives whatever becomes of the page. Never keep passwords here.
 */
import { uuid7 } from './ids'

export interface Draft {
  readonly key: string
  readonly page: string
  readonly field: string
  readonly text: string
  readonly label: string // what the text is of, for people
  readonly over?: string // the value that it was typed over, where that is known
  readonly at: number // milliseconds
}

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const PREFIX = 'cxmap-draft'
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

export class Drafts {
  private readonly pageLoadId = uuid7()
  private readonly unstored = new Map<string, string>() // what the storage did not take: it lasts as long as the page
  private readonly resumedKeys = new Map<string, string>() // by place: the key of the older draft that was read here

  /** The drafts of `user`; an empty `user` has none, and what they type is not stored. */
  constructor(
    readonly user: string,
    private readonly storage: DraftStorage | null = browserStorage(),
    private readonly now: () => number = Date.now,
  ) {
    for (const key of this.keys()) if (this.isExpired(key)) this.delete(key)
  }

  /**
   * Return the draft that stands in a field of this page load; else the newest other one, which is continued here; or
   * null.
   */
  get(page: string, field: string): Draft | null {
    const newest = this.list(page).find((draft) => draft.field === field) ?? null
    const draft = this.getOpen(page, field) ?? newest
    if (draft && draft.key !== this.keyOf(page, field)) this.resumedKeys.set(this.placeOf(page, field), draft.key)
    return draft
  }

  /** Return the draft that this page load wrote, or goes on with, or null. */
  getOpen(page: string, field: string): Draft | null {
    return this.list(page).find((draft) => draft.field === field && this.isOpen(draft)) ?? null
  }

  /** Keep a text. Return false where it lasts only as long as the page. */
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

  /** Whether this page load wrote a draft, or goes on with it: its text stands in the field. */
  isOpen({ key, page, field }: Draft): boolean {
    return key === this.keyOf(page, field) || key === this.resumedKeys.get(this.placeOf(page, field))
  }

  /** Remove one draft of `list()` or `ofOthers()`. */
  discard({ key }: Draft): void {
    this.delete(key)
  }

  /** Return the user's drafts, the newest first: of one page, or of all. */
  list(page?: string): Draft[] {
    const prefix =
      page === undefined
        ? `${PREFIX} ${encodePart(this.user)} `
        : `${PREFIX} ${encodePart(this.user)} ${encodePart(page)} `
    return this.read(this.user ? this.keys().filter((key) => key.startsWith(prefix)) : [])
  }

  /** Return what other users of this browser have left, the newest first. */
  ofOtherUsers(): Draft[] {
    return this.read(this.keys().filter((key) => !key.startsWith(`${PREFIX} ${encodePart(this.user)} `)))
  }

  /** Whether some text would be lost with the page. */
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
      // A storage that refuses a removal keeps the draft until it expires.
    }
  }
}

/** The browser's storage; null where it is forbidden. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}

/** The user whose page this is, as templates/base.html says; '' for nobody. */
export function pageUser(): string {
  return document.documentElement.dataset['user'] ?? ''
}

function encodePart(text: string): string {
  return encodeURIComponent(text)
}
