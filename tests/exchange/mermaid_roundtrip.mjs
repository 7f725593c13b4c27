// What Mermaid itself makes of texts: a JSON array of them on stdin, a JSON array of answers out.
// The argument is the folder of node packages that has mermaid and jsdom in it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = process.argv[2];
const { JSDOM } = createRequire(join(packages, "here.js"))("jsdom");
const dom = new JSDOM("<!doctype html><html><body></body></html>", { pretendToBeVisual: true });
globalThis.window = dom.window;
globalThis.document = dom.window.document;
for (const name of ["Element", "HTMLElement", "SVGElement", "Node", "DOMParser", "XMLSerializer",
  "DocumentFragment", "getComputedStyle"]) {
  globalThis[name] ??= dom.window[name];
}
const entry = join(packages, "mermaid", "dist", "mermaid.core.mjs");
const { default: mermaid } = await import(pathToFileURL(entry).href);
mermaid.initialize({ startOnLoad: false, securityLevel: "loose" });

async function answer(text) {
  try {
    await mermaid.parse(text);
    const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    if (type !== "journey") return { ok: false, error: `read as ${type}` };
    const tasks = db.getTasks().map(({ section, task, score, people }) => ({
      section, task, score: Number.isFinite(score) ? score : "NaN", actors: [...people],
    }));
    return {
      ok: true, title: db.getDiagramTitle(), accTitle: db.getAccTitle(),
      accDescription: db.getAccDescription(), sections: [...db.getSections()], tasks,
    };
  } catch (error) {
    return { ok: false, error: String(error.message ?? error).slice(0, 300) };
  }
}

const answers = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) answers.push(await answer(text));
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
