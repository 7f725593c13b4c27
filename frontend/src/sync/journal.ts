/** Gestures that the server has not answered, kept in IndexedDB: they outlive the page. */
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
  all(journey: Id): Promise<Entry[]>
  put(entry: Entry): Promise<void>
  remove(gesture: Id): Promise<void>
}

const NAME = 'cxmap'
const TABLE = 'gestures'

/** Open the journal; where the browser has none (private windows), it lasts as long as the page. */
export async function openJournal(factory: IDBFactory | undefined = globalThis.indexedDB): Promise<Journal> {
  try {
    return new StoredJournal(await open(factory))
  } catch {
    return new MemoryJournal()
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
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

class StoredJournal implements Journal {
  constructor(private readonly database: IDBDatabase) {}

  async all(journey: Id): Promise<Entry[]> {
    const found = await answer<Entry[]>(this.table('readonly').index('journey').getAll(journey))
    return found.sort((one, two) => one.at - two.at)
  }

  async put(entry: Entry): Promise<void> {
    await answer(this.table('readwrite').put(entry))
  }

  async remove(gesture: Id): Promise<void> {
    await answer(this.table('readwrite').delete(gesture))
  }

  private table(mode: IDBTransactionMode): IDBObjectStore {
    return this.database.transaction(TABLE, mode).objectStore(TABLE)
  }
}

export class MemoryJournal implements Journal {
  private readonly entries = new Map<Id, Entry>()

  async all(journey: Id): Promise<Entry[]> {
    return [...this.entries.values()].filter((one) => one.journey === journey)
  }

  async put(entry: Entry): Promise<void> {
    this.entries.set(entry.gesture, entry)
  }

  async remove(gesture: Id): Promise<void> {
    this.entries.delete(gesture)
  }
}
