/**
 * Stores gestures that the server has not acknowledged in the browser, so that they survive a reload.
 *
 * A page may end at any moment, so an entry is written to localStorage synchronously and stays there until
 * IndexedDB, which has more room, has committed it. Entries belong to the user who made them.
 */
import type { Id } from '../model/records'
import type { OpDraft } from '../store/planPatches'

/** A gesture as it will be sent to the server. */
export interface JournalEntry {
  readonly gesture: Id
  readonly journey: Id
  readonly label: string
  readonly at: number // milliseconds; entries are sent in this order
  readonly ops?: readonly OpDraft[]
  readonly undo?: Id
}

export interface Journal {
  /** Return the user's own entries of a journey, in order. */
  all(journey: Id): Promise<JournalEntry[]>
  /** Return the entries of other users of this browser, which are never sent from here. */
  ofOtherUsers(journey: Id): Promise<JournalEntry[]>
  put(entry: JournalEntry): Promise<void>
  remove(gesture: Id): Promise<void>
  /** Return whether an entry would be lost with the page. */
  hasUnstored(): boolean
}

type OwnedEntry = JournalEntry & { readonly user?: string } // absent in entries of earlier releases

const DATABASE_NAME = 'cxmap'
const OBJECT_STORE = 'gestures'
const PREFIX = 'cxmap-gesture '

/** Open a user's journal. Entries that no browser storage accepts last as long as the page. */
export async function openJournal(
  user: string,
  storage: Storage | null,
  factory: IDBFactory | undefined = globalThis.indexedDB,
): Promise<Journal> {
  return new BrowserJournal(user, storage, await openDatabase(factory).catch(() => null))
}

async function openDatabase(factory: IDBFactory | undefined): Promise<IDBDatabase> {
  if (!factory) throw new Error('This browser has no IndexedDB.')
  const request = factory.open(DATABASE_NAME, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(OBJECT_STORE, { keyPath: 'gesture' }).createIndex('journey', 'journey')
  }
  return requestResult(request)
}

function requestResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/**
 * Resolve when a transaction is committed. A successful request alone is not stored yet: it is rolled back if the page
 * ends.
 */
function transactionDone(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(new Error('IndexedDB aborted the transaction.'))
  })
}

export class BrowserJournal implements Journal {
  private readonly unstored = new Map<Id, OwnedEntry>()

  constructor(
    private readonly user: string,
    private readonly storage: Storage | null,
    private readonly database: IDBDatabase | null,
  ) {}

  async all(journey: Id): Promise<JournalEntry[]> {
    return (await this.entries(journey)).filter((entry) => entry.user === this.user)
  }

  async ofOtherUsers(journey: Id): Promise<JournalEntry[]> {
    return (await this.entries(journey)).filter((entry) => entry.user !== this.user)
  }

  async put(entry: JournalEntry): Promise<void> {
    const owned = { ...entry, user: this.user }
    if (!this.store(owned)) this.unstored.set(entry.gesture, owned)
    try {
      const table = this.table('readwrite')
      table.put(owned)
      await transactionDone(table.transaction)
      this.unstored.delete(entry.gesture)
      this.storage?.removeItem(PREFIX + entry.gesture)
    } catch {
      // The entry stays in localStorage or in memory.
    }
  }

  async remove(gesture: Id): Promise<void> {
    this.unstored.delete(gesture)
    try {
      this.storage?.removeItem(PREFIX + gesture)
      const table = this.table('readwrite')
      table.delete(gesture)
      await transactionDone(table.transaction)
    } catch {
      // Sending the entry again is harmless: the server knows the gesture.
    }
  }

  hasUnstored(): boolean {
    return this.unstored.size > 0
  }

  private store(entry: OwnedEntry): boolean {
    try {
      this.storage?.setItem(PREFIX + entry.gesture, JSON.stringify(entry))
      return this.storage !== null
    } catch {
      return false
    }
  }

  private async entries(journey: Id): Promise<OwnedEntry[]> {
    const all = [...(await this.readDatabase(journey)), ...this.readStorage(), ...this.unstored.values()]
    const unique = [...new Map(all.map((entry) => [entry.gesture, entry])).values()]
    return unique.filter((entry) => entry.journey === journey).sort((a, b) => a.at - b.at)
  }

  private async readDatabase(journey: Id): Promise<OwnedEntry[]> {
    try {
      return await requestResult<OwnedEntry[]>(this.table('readonly').index('journey').getAll(journey))
    } catch {
      return []
    }
  }

  private readStorage(): OwnedEntry[] {
    const stored: [string, string][] = Object.entries<string>({ ...this.storage })
    return stored.flatMap(([key, text]) => (key.startsWith(PREFIX) ? parseEntry(text) : []))
  }

  private table(mode: IDBTransactionMode): IDBObjectStore {
    if (!this.database) throw new Error('This browser has no IndexedDB.')
    return this.database.transaction(OBJECT_STORE, mode).objectStore(OBJECT_STORE)
  }
}

function parseEntry(text: string): OwnedEntry[] {
  try {
    return [JSON.parse(text) as OwnedEntry]
  } catch {
    return []
  }
}
