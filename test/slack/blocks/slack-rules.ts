/**
 * What Slack accepts, written down from its reference pages independently of the renderer's own table, so that a
 * wrong number there is noticed here. Answers one sentence for each thing that Slack would refuse.
 */
export function slackProblems(message: {
  readonly text: string;
  readonly blocks: readonly unknown[];
}): string[] {
  const problems: string[] = [];
  const blocks = message.blocks.map(asRecord);
  if (message.text.trim() === '' || message.text.length > 40_000)
    problems.push('text is empty or over 40,000');
  if (blocks.length === 0 || blocks.length > 50) problems.push(`${blocks.length} blocks`);
  if (blocks.filter(({ type }) => type === 'table').length > 1) problems.push('two tables');
  if (blocks.filter(({ type }) => type === 'data_visualization').length > 2) problems.push('three charts');
  for (const block of blocks) problems.push(...blockProblems(block));
  const ids = find(message.blocks, 'action_id');
  if (new Set(ids).size !== ids.length) problems.push('an action_id twice');
  if (ids.some((id) => typeof id !== 'string' || id.length > 255)) problems.push('action_id over 255');
  if (charactersIn(message.blocks) > 13_200) problems.push(`${charactersIn(message.blocks)} characters`);
  return problems;
}

type Json = Record<string, unknown>;

function blockProblems(block: Json): string[] {
  switch (block.type) {
    case 'header':
      return textProblems(block.text, 150, ['plain_text']);
    case 'section':
      return sectionProblems(block);
    case 'context':
      return [
        ...count('context elements', list(block.elements), 1, 10),
        ...list(block.elements).flatMap((element) => textProblems(element, 3000, ['plain_text', 'mrkdwn'])),
      ];
    case 'actions':
      return [
        ...count('actions', list(block.elements), 1, 25),
        ...list(block.elements).flatMap(buttonProblems),
      ];
    case 'rich_text':
      return richTextProblems(block);
    case 'table':
      return tableProblems(block);
    case 'data_visualization':
      return chartProblems(block);
    case 'divider':
      return [];
    case 'input':
      return inputProblems(block);
    default:
      return [`unknown block ${String(block.type)}`];
  }
}

function inputProblems(block: Json): string[] {
  const element = asRecord(block.element);
  return [
    ...textProblems(block.label, 2000, ['plain_text']),
    ...(element.type === 'plain_text_input' ? [] : [`input of type ${String(element.type)}`]),
    ...(element.placeholder === undefined ? [] : textProblems(element.placeholder, 150, ['plain_text'])),
    ...(typeof block.block_id === 'string' && block.block_id.length <= 255 ? [] : ['block_id over 255']),
  ];
}

function sectionProblems(block: Json): string[] {
  const fields = block.fields === undefined ? [] : list(block.fields);
  return [
    ...(block.text === undefined && fields.length === 0 ? ['section without text and fields'] : []),
    ...(block.text === undefined ? [] : textProblems(block.text, 3000, ['plain_text', 'mrkdwn'])),
    ...(block.fields === undefined ? [] : count('fields', fields, 1, 10)),
    ...fields.flatMap((field) => textProblems(field, 2000, ['plain_text', 'mrkdwn'])),
    ...(block.accessory === undefined ? [] : buttonProblems(asRecord(block.accessory))),
  ];
}

function textProblems(value: unknown, max: number, types: string[]): string[] {
  const text = asRecord(value);
  const content = typeof text.text === 'string' ? text.text : '';
  return [
    ...(types.includes(String(text.type)) ? [] : [`text of type ${String(text.type)}`]),
    ...(content.trim().length < 1 || content.length > max
      ? [`text of ${content.length}, at most ${max}`]
      : []),
  ];
}

function buttonProblems(button: Json): string[] {
  const value = button.value ?? '';
  const url = button.url ?? '';
  return [
    ...(button.type === 'button' ? [] : [`element ${String(button.type)}`]),
    ...textProblems(button.text, 75, ['plain_text']),
    ...(typeof value === 'string' && value.length <= 2000 ? [] : ['value over 2000']),
    ...(typeof url === 'string' && url.length <= 3000 ? [] : ['url over 3000']),
    ...(button.style === undefined || button.style === 'primary' || button.style === 'danger'
      ? []
      : ['style']),
    ...(button.confirm === undefined ? [] : confirmProblems(asRecord(button.confirm))),
  ];
}

function confirmProblems(confirm: Json): string[] {
  return [
    ...textProblems(confirm.title, 100, ['plain_text']),
    ...textProblems(confirm.text, 300, ['plain_text', 'mrkdwn']),
    ...textProblems(confirm.confirm, 30, ['plain_text']),
    ...textProblems(confirm.deny, 30, ['plain_text']),
  ];
}

function richTextProblems(block: Json): string[] {
  return list(block.elements).flatMap((part) => [
    ...(['rich_text_section', 'rich_text_preformatted', 'rich_text_list'].includes(String(part.type))
      ? []
      : ['rich text part']),
    ...count('rich text elements', list(part.elements), 1, 10_000),
    ...list(part.elements).flatMap(richElementProblems),
  ]);
}

function richElementProblems(element: Json): string[] {
  switch (element.type) {
    case 'text':
      return typeof element.text === 'string' && element.text !== '' ? [] : ['empty text element'];
    case 'link':
      return /^https?:\/\//.test(String(element.url)) ? [] : ['link without http'];
    case 'user':
      return /^[UW][A-Z0-9]+$/.test(String(element.user_id)) ? [] : ['user id'];
    case 'usergroup':
      return /^S[A-Z0-9]+$/.test(String(element.usergroup_id)) ? [] : ['usergroup id'];
    case 'date':
      return Number.isSafeInteger(element.timestamp) && typeof element.fallback === 'string' ? [] : ['date'];
    default:
      return [`rich text element ${String(element.type)}`];
  }
}

function tableProblems(block: Json): string[] {
  const rows = Array.isArray(block.rows) ? block.rows.map(list) : [];
  const widths = new Set(rows.map((row) => row.length));
  return [
    ...count('table rows', rows, 1, 100),
    ...(widths.size === 1 ? [] : ['rows of different width']),
    ...([...widths].every((width) => width >= 1 && width <= 20) ? [] : ['columns']),
    ...rows.flat().flatMap((cell) => {
      if (cell.type === 'rich_text') return richTextProblems(cell);
      return cell.type === 'raw_text' && cell.text !== '' ? [] : ['cell'];
    }),
  ];
}

function chartProblems(block: Json): string[] {
  const drawn = asRecord(block.chart);
  const axis = asRecord(drawn.axis_config);
  const categories = Array.isArray(axis.categories) ? axis.categories : [];
  const series = list(drawn.series);
  return [
    ...lengthProblems('chart title', block.title, 50),
    ...count('categories', categories, 1, 20),
    ...categories.flatMap((each) => lengthProblems('category', each, 20)),
    ...count('series', series, 1, 12),
    ...series.flatMap((each) => [
      ...lengthProblems('series name', each.name, 20),
      ...(list(each.data).length === categories.length ? [] : ['a series without a point for each category']),
      ...list(each.data).flatMap(({ label, value }, index) =>
        label === categories[index] && Number.isFinite(value) ? [] : ['a point outside its category'],
      ),
    ]),
  ];
}

function lengthProblems(what: string, value: unknown, max: number): string[] {
  return typeof value === 'string' && value.trim() !== '' && value.length <= max
    ? []
    : [`${what} of 1 to ${max}`];
}

function count(what: string, all: readonly unknown[], min: number, max: number): string[] {
  return all.length >= min && all.length <= max ? [] : [`${all.length} ${what}`];
}

/** Everything that a reader or Slack could count as text. */
function charactersIn(value: unknown): number {
  return ['text', 'fallback', 'url', 'value']
    .flatMap((key) => find(value, key))
    .reduce((sum: number, each) => sum + (typeof each === 'string' ? each.length : 0), 0);
}

/** All values below this key, at any depth. */
export function find(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => find(each, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    ...(name === key ? [each] : []),
    ...find(each, key),
  ]);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asRecord) : [];
}

function asRecord(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
