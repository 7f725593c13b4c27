/**
 * Stores elements that the server has not acknowledged in the browser, so that they survive a reload.
 *
 * They are stored by frame, because a frame that was added offline has no drawing yet.
 */
import type { Id } from '../model/records'
import { type DrawnElement, isNewer } from './drawnElement'

const DATABASE_NAME = 'cxmap-drawings'
const OBJECT_STORE = 'elements'

interface Entry {
  readonly key: string // user, frame and element
  readonly frame: string // user and frame
  readonly journey: string // user and journey
  readonly element: DrawnElement
}

export class DrawingJournal {
  private constructor(
    private readonly user: string,
    private readonly journey: Id,
    private readonly database: IDBDatabase | null,
  ) {}

  static async open(
    user: string,
    journey: Id,
    factory: IDBFactory | undefined = globalThis.indexedDB,
  ): Promise<DrawingJournal> {
    return new DrawingJournal(user, journey, await openDatabase(factory).catch(() => null))
  }

  /** Return the frames of the journey with unsent elements. */
  async frames(): Promise<Id[]> {
    const entries = await this.read('journey', `${this.user} ${this.journey}`)
    return [...new Set(entries.map((entry) => entry.frame.slice(this.user.length + 1)))]
  }

  async elements(frame: Id): Promise<DrawnElement[]> {
    return (await this.read('frame', `${this.user} ${frame}`)).map((entry) => entry.element)
  }

  put(frame: Id, elements: readonly DrawnElement[]): Promise<void> {
    return this.write((table) => {
      for (const element of elements) {
        const owner = `${this.user} ${frame}`
        const entry: Entry = {
          key: `${owner} ${element.id}`,
          frame: owner,
          journey: `${this.user} ${this.journey}`,
          element,
        }
        table.put(entry)
      }
    })
  }

  /** Remove elements that the server has stored, unless they have changed since. */
  remove(frame: Id, elements: readonly DrawnElement[]): Promise<void> {
    return this.write((table) => {
      for (const element of elements) {
        const key = `${this.user} ${frame} ${element.id}`
        const request = table.get(key) as IDBRequest<Entry | undefined>
        request.onsuccess = () => {
          if (request.result && !isNewer(request.result.element, element)) table.delete(key)
        }
      }
    })
  }

  private async read(index: 'frame' | 'journey', value: string): Promise<Entry[]> {
    if (!this.database) return []
    const table = this.database.transaction(OBJECT_STORE, 'readonly').objectStore(OBJECT_STORE)
    return requestResult(table.index(index).getAll(value) as IDBRequest<Entry[]>).catch(() => [])
  }

  private async write(change: (table: IDBObjectStore) => void): Promise<void> {
    if (!this.database) return
    try {
      const transaction = this.database.transaction(OBJECT_STORE, 'readwrite')
      change(transaction.objectStore(OBJECT_STORE))
      await new Promise<void>((resolve) => (transaction.oncomplete = transaction.onabort = () => resolve()))
    } catch {
      // Storage is blocked or full. The elements are lost if the page closes before they are sent.
    }
  }
}

async function openDatabase(factory: IDBFactory | undefined): Promise<IDBDatabase> {
  if (!factory) throw new Error('This browser has no IndexedDB.')
  const request = factory.open(DATABASE_NAME, 1)
  request.onupgradeneeded = () => {
    const table = request.result.createObjectStore(OBJECT_STORE, { keyPath: 'key' })
    table.createIndex('frame', 'frame')
    table.createIndex('journey', 'journey')
  }
  return requestResult(request)
}

function requestResult<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
