import { isObject, type JsonObject, objectsOf, textOf } from '../json.ts';
import { dataTable, dataVisualization, table } from './data-blocks.ts';
import {
  ACTION_ELEMENTS,
  anyText,
  buttonElement,
  CONTEXT_ACTION_ELEMENTS,
  INPUT_ELEMENTS,
  imageElement,
  plainText,
  richText,
} from './elements.ts';
import type { Check, Problem } from './shape.ts';
import {
  anyOf,
  anything,
  both,
  choice,
  flag,
  list,
  object,
  optional,
  required,
  string,
  typed,
} from './shape.ts';

/** Where blocks are shown. */
export type Surface = 'message' | 'modal' | 'home';

/** Blocks of one surface: https://docs.slack.dev/reference/block-kit/blocks */
const MAX_BLOCKS: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Text of a whole message, over all its blocks: beyond it Slack answers `msg_blocks_too_long` (slackapi/bolt-js#2509). */
export const MAX_MESSAGE_CHARACTERS = 13_200;
/** All `markdown` blocks together: https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
const MAX_MARKDOWN_CHARACTERS = 12_000;
/** Of these, a message holds only so many. */
const MAX_PER_MESSAGE: Readonly<Record<string, number>> = { table: 1, data_visualization: 2 };

/** What is wrong with a list of blocks on a surface; empty when Slack would take it. */
export function checkBlocks(blocks: unknown, surface: Surface, pointer = '/blocks'): readonly Problem[] {
  const problems: Problem[] = [];
  list(
    MAX_BLOCKS[surface],
    typed(() => blocksOf(surface)),
    0,
  )(blocks, pointer, problems);
  const present = objectsOf(blocks);
  checkUnique(present, 'block_id', pointer, problems);
  checkActionIds(present, pointer, problems);
  for (const [kind, max] of Object.entries(MAX_PER_MESSAGE)) {
    const count = present.filter((block) => block.type === kind).length;
    if (count > max) problems.push({ message: `no more than ${max} ${kind} blocks allowed`, pointer });
  }
  const markdown = present.filter((block) => block.type === 'markdown').map((block) => textOf(block.text));
  if (markdown.join('').length > MAX_MARKDOWN_CHARACTERS) {
    problems.push({
      message: `markdown text must be less than ${MAX_MARKDOWN_CHARACTERS + 1} characters`,
      pointer,
    });
  }
  return problems;
}

/** The characters of all text in a tree of blocks. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textLength(each), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, member]) =>
      sum + (name === 'text' && typeof member === 'string' ? member.length : textLength(member)),
    0,
  );
}

function checkUnique(blocks: readonly JsonObject[], key: string, pointer: string, problems: Problem[]): void {
  const seen = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    const id = block[key];
    if (id === undefined) continue;
    if (seen.has(id)) {
      problems.push({
        message: `${key} \`${textOf(id)}\` already exists`,
        pointer: `${pointer}/${index}/${key}`,
      });
    }
    seen.add(id);
  }
}

function checkActionIds(blocks: readonly JsonObject[], pointer: string, problems: Problem[]): void {
  for (const [index, block] of blocks.entries()) {
    checkUnique(objectsOf(block.elements), 'action_id', `${pointer}/${index}/elements`, problems);
  }
}

const head = { type: required(anything), block_id: optional(string(255)) };

const section = both(
  object({
    ...head,
    text: optional(anyText(3000)),
    fields: optional(list(10, anyText(2000))),
    accessory: optional(typed(() => ({ ...ACTION_ELEMENTS, image: imageElement }))),
    expand: optional(flag),
  }),
  anyOf('text', 'fields'),
);

const image = both(
  object({
    ...head,
    alt_text: required(string(2000)),
    title: optional(plainText(2000)),
    image_url: optional(string(3000)),
    slack_file: optional(anything),
  }),
  anyOf('image_url', 'slack_file'),
);

const contextItem = typed(() => ({ plain_text: anyText(), mrkdwn: anyText(), image: imageElement }));

const card = both(
  object({
    ...head,
    hero_image: optional(imageElement),
    icon: optional(imageElement),
    title: optional(anyText(150)),
    subtitle: optional(anyText(150)),
    body: optional(anyText(200)),
    actions: optional(list(5, buttonElement)),
  }),
  anyOf('hero_image', 'title', 'actions', 'body'),
);

const container = both(
  object({
    ...head,
    title: optional(plainText(150)),
    rich_text_title: optional(richText),
    subtitle: optional(anyText(150)),
    child_blocks: required(
      list(
        10,
        typed(() => CONTAINED),
      ),
    ),
    width: optional(choice('narrow', 'standard', 'wide', 'full')),
    icon: optional(imageElement),
    is_collapsible: optional(flag),
    default_collapsed: optional(flag),
    has_header_divider: optional(flag),
  }),
  anyOf('title', 'rich_text_title'),
);

const taskCard = object({
  ...head,
  task_id: required(string(255, 1)),
  title: required(string(256, 1)),
  details: optional(richText),
  output: optional(richText),
  sources: optional(list(50, anything, 0)),
  status: required(choice('pending', 'in_progress', 'complete', 'error')),
});

const input = object({
  ...head,
  label: required(plainText(2000)),
  hint: optional(plainText(2000)),
  optional: optional(flag),
  dispatch_action: optional(flag),
  element: required(typed(() => INPUT_ELEMENTS)),
});

const actions = object({
  ...head,
  elements: required(
    list(
      25,
      typed(() => ACTION_ELEMENTS),
    ),
  ),
});
const EVERYWHERE: Readonly<Record<string, Check>> = {
  actions,
  context: object({ ...head, elements: required(list(10, contextItem)) }),
  divider: object(head),
  header: object({ ...head, text: required(plainText(150)) }),
  image,
  input,
  rich_text: richText,
  section,
  video: object({
    ...head,
    title: required(plainText(200)),
    title_url: optional(string(3000)),
    description: optional(plainText(200)),
    video_url: required(string(3000)),
    thumbnail_url: required(string(3000)),
    alt_text: required(string(2000)),
    author_name: optional(string(50)),
    provider_name: optional(string(50)),
    provider_icon_url: optional(string(3000)),
  }),
};

const MESSAGE_ONLY: Readonly<Record<string, Check>> = {
  card,
  carousel: object({
    ...head,
    elements: required(
      list(
        10,
        typed(() => ({ card })),
      ),
    ),
  }),
  container,
  context_actions: object({
    ...head,
    elements: required(
      list(
        5,
        typed(() => CONTEXT_ACTION_ELEMENTS),
      ),
    ),
  }),
  data_table: dataTable,
  data_visualization: dataVisualization,
  file: object({ ...head, external_id: required(string(255)), source: required(choice('remote')) }),
  markdown: object({ ...head, text: required(string(MAX_MARKDOWN_CHARACTERS, 1)) }),
  plan: object({
    ...head,
    title: required(string(256, 1)),
    tasks: optional(
      list(
        50,
        typed(() => ({ task_card: taskCard })),
        0,
      ),
    ),
  }),
  table,
  task_card: taskCard,
};

const CONTAINED: Readonly<Record<string, Check>> = {
  ...EVERYWHERE,
  table,
  file: MESSAGE_ONLY.file ?? anything,
};

const MODAL_ONLY: Readonly<Record<string, Check>> = {
  alert: object({
    ...head,
    text: required(anyText()),
    level: optional(choice('default', 'info', 'warning', 'error', 'success')),
  }),
};

function blocksOf(surface: Surface): Readonly<Record<string, Check>> {
  if (surface === 'message') return { ...EVERYWHERE, ...MESSAGE_ONLY };
  return surface === 'modal' ? { ...EVERYWHERE, ...MODAL_ONLY } : EVERYWHERE;
}
