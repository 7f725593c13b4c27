/**
 * Gestures that the server has not answered, kept by the browser: they outlive the page. An entry is in
 * localStorage from the call that keeps it, for a page may end at any moment, until IndexedDB, which has
 * more room, has taken it over. Entries belong to the user who made them.
 */
import type { Id } from '../model/records'
import type { Intent } from '../store/plan'

/** A gesture as it will be sent. */
export interface Entry {
  readonly gesture: Id
  readonly journey: Id
  readonly label: string
  readonly at: number // milliseconds; entries go up in this order
  readonly ops?: readonly Intent[]
  readonly undo?: Id
}

export interface Journal {
  /** The user's own entries of a journey, in order. */
  all(journey: Id): Promise<Entry[]>
  /** What other users of this browser left: never sent from here. */
  ofOthers(journey: Id): Promise<Entry[]>
  put(entry: Entry): Promise<void>
  remove(gesture: Id): Promise<void>
  /** Whether some entry would be lost with the page. */
  hasUnstored(): boolean
}

type OwnedEntry = Entry & { readonly user?: string } // entries of earlier releases name nobody

const NAME = 'cxmap'
const TABLE = 'gestures'
const PREFIX = 'cxmap-gesture '

/** Open the journal of a user; what no storage of the browser takes lasts as long as the page. */
export async function openJournal(user: string, storage: Storage | null, factory: IDBFactory | undefined = globalThis.indexedDB): Promise<Journal> {
  return new BrowserJournal(user, storage, await open(factory).catch(() => null))
}

async function open(factory: IDBFactory | undefined): Promise<IDBDatabase> {
  if (!factory) throw new Error('This browser has no IndexedDB.')
  const request = factory.open(NAME, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TABLE, { keyPath: 'gesture' }).createIndex('journey', 'journey')
  }
  return answer(request)
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** A request that succeeded is not stored yet: a page that ends takes its transaction back. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(new Error('IndexedDB took it back.'))
  })
}

export class BrowserJournal implements Journal {
  private readonly unstored = new Map<Id, OwnedEntry>()

  constructor(
    private readonly user: string,
    private readonly storage: Storage | null,
    private readonly database: IDBDatabase | null,
  ) {}

  async all(journey: Id): Promise<Entry[]> {
    return (await this.entries(journey)).filter((entry) => entry.user === this.user)
  }

  async ofOthers(journey: Id): Promise<Entry[]> {
    return (await this.entries(journey)).filter((entry) => entry.user !== this.user)
  }

  async put(entry: Entry): Promise<void> {
    const owned = { ...entry, user: this.user }
    if (!this.store(owned)) this.unstored.set(entry.gesture, owned)
    try {
      const table = this.table('readwrite')
      table.put(owned)
      await committed(table.transaction)
      this.unstored.delete(entry.gesture)
      this.storage?.removeItem(PREFIX + entry.gesture)
    } catch {
      // It stays where it is.
    }
  }

  async remove(gesture: Id): Promise<void> {
    this.unstored.delete(gesture)
    try {
      this.storage?.removeItem(PREFIX + gesture)
      const table = this.table('readwrite')
      table.delete(gesture)
      await committed(table.transaction)
    } catch {
      // Sent again it does nothing: the server knows the gesture.
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
    const all = [...(await this.inDatabase(journey)), ...this.inStorage(), ...this.unstored.values()]
    const once = [...new Map(all.map((entry) => [entry.gesture, entry])).values()]
    return once.filter((entry) => entry.journey === journey).sort((one, two) => one.at - two.at)
  }

  private async inDatabase(journey: Id): Promise<OwnedEntry[]> {
    try {
      return await answer<OwnedEntry[]>(this.table('readonly').index('journey').getAll(journey))
    } catch {
      return []
    }
  }

  private inStorage(): OwnedEntry[] {
    const stored: [string, string][] = Object.entries<string>({ ...this.storage })
    return stored.flatMap(([key, text]) => (key.startsWith(PREFIX) ? read(text) : []))
  }

  private table(mode: IDBTransactionMode): IDBObjectStore {
    if (!this.database) throw new Error('This browser has no IndexedDB.')
    return this.database.transaction(TABLE, mode).objectStore(TABLE)
  }
}

function read(text: string): OwnedEntry[] {
  try {
    return [JSON.parse(text) as OwnedEntry]
  } catch {
    return []
  }
}
