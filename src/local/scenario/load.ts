import { existsSync, readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { crossChecks } from './checks.ts';
import { formatPath, type Path, type Problem, problemsOf } from './problems.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

/** A file is no scenario. The message names the file and holds one line for each problem. */
export class ScenarioError extends Error {
  readonly file: string;
  readonly problems: readonly string[];

  constructor(file: string, problems: readonly string[], options?: { readonly cause?: unknown }) {
    const many = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`${file}: ${many}\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
    this.name = 'ScenarioError';
    this.file = file;
    this.problems = problems;
  }
}

/**
 * Reads a scenario, YAML or JSON.
 * @throws ScenarioError when the file cannot be read, is no YAML, or is no scenario.
 */
export function loadScenario(file: string): Scenario {
  return parseScenario(readText(file), file);
}

/**
 * The text of a scenario, checked; `file` is for the messages only.
 * @throws ScenarioError
 */
export function parseScenario(text: string, file: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    throw new ScenarioError(
      file,
      syntax.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`),
    );
  }
  const value = toPlain(document, file);
  const parsed = scenarioSchema.safeParse(value);
  const problems = parsed.success ? crossChecks(parsed.data) : problemsOf(parsed.error.issues, value);
  if (!parsed.success || problems.length > 0) {
    throw new ScenarioError(
      file,
      problems.map((problem) => sentence(problem, lineOf(document, lines, problem.path))),
    );
  }
  return parsed.data;
}

/** The scenario that plays when nothing else is said. */
export function defaultScenario(): Scenario {
  return parseScenario(defaultScenarioText(), 'default.yaml');
}

/**
 * The text of `default.yaml`: beside this file in the source, beside the bundle (`dist/default.yaml`) once built.
 * @throws ScenarioError when the build did not copy it.
 */
export function defaultScenarioText(): string {
  const places = ['./default.yaml', '../default.yaml', './dist/default.yaml'].map(
    (place) => new URL(place, import.meta.url),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) throw new ScenarioError('default.yaml', ['is missing beside the program; build it again']);
  return readFileSync(found, 'utf8');
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ScenarioError(file, [`cannot be read: ${whyUnreadable(cause)}`], { cause });
  }
}

function whyUnreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder, expected a YAML or JSON file';
  if (code === 'EACCES') return 'no permission';
  return String(cause);
}

function toPlain(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    throw new ScenarioError(file, [cause instanceof Error ? cause.message : String(cause)], { cause });
  }
}

function sentence(problem: Problem, line: number | undefined): string {
  const where = line === undefined ? '' : ` (line ${line})`;
  const hint =
    problem.suggestion === undefined ? '' : `; did you mean ${JSON.stringify(problem.suggestion)}?`;
  return `${formatPath(problem.path)}${where}: expected ${problem.expected}, found ${problem.found}${hint}`;
}

/** The line of the value at a path, or of the nearest thing around it that is in the file. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const offset = offsetOf(node);
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

function offsetOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) {
    return undefined;
  }
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
}
