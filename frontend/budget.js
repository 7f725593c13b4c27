// Prints the gzipped size of each entry of the build, including everything it imports, and fails if one is over its
// budget. The budgets of the style sheets are in tests/cxmap/test_tokens.py.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const BUILD = join(dirname(fileURLToPath(import.meta.url)), '..', 'static', 'build')
const KB = 1000 // bytes

const manifest = JSON.parse(readFileSync(join(BUILD, 'manifest.json'), 'utf8'))

function gzippedSize(paths) {
  return gzipSync(Buffer.concat(paths.map((path) => readFileSync(path)))).length
}

function totalSize(paths) {
  return paths.reduce((sum, path) => sum + gzippedSize([path]), 0)
}

// Loaded after the page, and measured separately.
const OVERLAYS = 'src/ui/overlays.tsx' // the map's dialogs and panels
const PAPER = 'src/storyboard/Paper.tsx' // with Excalidraw

const kb = (bytes) => `${(bytes / KB).toFixed(1)} KB`

/** Return the files of an entry: its own and those of all chunks it imports, statically or dynamically. */
function filesOf(entry, seen = new Set()) {
  if (seen.has(entry) || ([OVERLAYS, PAPER].includes(entry) && seen.size)) return []
  seen.add(entry)
  const { file, css = [], imports = [], dynamicImports = [] } = manifest[entry]
  return [file, ...css, ...[...imports, ...dynamicImports].flatMap((key) => filesOf(key, seen))]
}

const entry = (name) => filesOf(name).map((file) => join(BUILD, file))

/** Return the files that a chunk adds to those of an entry. */
function added(chunk, base) {
  const known = new Set(entry(base))
  return entry(chunk).filter((file) => !known.has(file))
}

const budgets = [
  ['map entry', 160, totalSize(entry('src/entries/map.tsx'))],
  ['map overlays', 40, totalSize(added(OVERLAYS, 'src/entries/map.tsx'))],
  ['site entry', 25, totalSize(entry('src/entries/site.ts'))],
  ['story entry', 3, totalSize(entry('src/entries/story.ts'))],
  ['storyboard entry', 160, totalSize(entry('src/entries/storyboard.tsx'))],
  ['storyboard paper', 420, totalSize(added(PAPER, 'src/entries/storyboard.tsx'))],
]
for (const [name, limit, bytes] of budgets) {
  const isOver = bytes > limit * KB
  console.log(`${name}: ${kb(bytes)} of ${limit}${isOver ? ', OVER' : ''}`)
  if (isOver) process.exitCode = 1
}
