// What the map says about stages: {records, today, absent} on stdin, the ownership by stage id out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const frontend = new URL("../../frontend/", import.meta.url);
const ts = createRequire(frontend)("typescript");
const source = readFileSync(new URL("src/model/ownership.ts", frontend), "utf8");
const options = { compilerOptions: { module: ts.ModuleKind.ES2022, target: ts.ScriptTarget.ES2022 } };
const script = ts.transpileModule(source, options).outputText;
const { stageOwnership } = await import(`data:text/javascript,${encodeURIComponent(script)}`);

const { records, today, absent } = JSON.parse(readFileSync(0, "utf8"));
const byId = new Map(records.map((record) => [record.id, record]));
const store = {
  ofType: (type) => records.filter((record) => record.type === type).map((record) => record.id),
  get: (id) => byId.get(id),
};
const answer = stageOwnership(store, today, (member) => !absent.includes(member));
process.stdout.write(JSON.stringify(Object.fromEntries(answer)));
