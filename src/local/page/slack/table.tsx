import { type ReactNode, useState } from 'react';
import { isObject, type Json, object, objects, optional, string } from '../json.ts';
import { Marked } from '../ui/tone-marks.tsx';
import { RichText } from './rich-text.tsx';

/** `table` and `data_table` blocks; the first row is the header. Wide ones scroll inside their box. */
export function TableBlock({ block }: { readonly block: Json }): ReactNode {
  const [header = [], ...body] = rows(block.rows);
  const size = block.type === 'data_table' ? Math.max(1, Number(block.page_size) || 5) : body.length;
  const [shown, setShown] = useState(size);
  const settings = objects(block.column_settings);
  const caption = optional(block.caption);
  const rowHead = block.type === 'data_table' ? Number(block.row_header_column_index) || 0 : -1;
  return (
    <div className="sk-table">
      <div className="scroll-x" tabIndex={0} role="region" aria-label={caption ?? 'Table'}>
        <table>
          {caption ? <caption>{caption}</caption> : null}
          <thead>
            <tr>
              {header.map((cell, column) => (
                <th key={column} scope="col" className={look(settings[column], cell, body[0]?.[column])}>
                  <Cell cell={cell} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {body.slice(0, shown).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <BodyCell key={column} cell={cell} head={column === rowHead} settings={settings[column]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown < body.length ? (
        <button type="button" className="link-button" onClick={() => setShown(shown + size)}>
          Show more ({body.length - shown} left)
        </button>
      ) : null}
    </div>
  );
}

interface BodyCellProps {
  readonly cell: Json;
  readonly head: boolean;
  readonly settings: Json | undefined;
}

function BodyCell({ cell, head, settings }: BodyCellProps): ReactNode {
  const className = look(settings, cell, cell);
  return head ? (
    <th scope="row" className={className}>
      <Cell cell={cell} />
    </th>
  ) : (
    <td className={className}>
      <Cell cell={cell} />
    </td>
  );
}

/** Alignment as told, else numbers to the right. */
function look(settings: Json | undefined, cell: Json, sample: Json | undefined): string {
  const told = optional(object(settings).align);
  const numeric = cell.type === 'raw_number' || sample?.type === 'raw_number';
  const align = told ?? (numeric ? 'right' : 'left');
  return `to-${align} ${object(settings).is_wrapped === true ? 'wraps' : ''}`;
}

function Cell({ cell }: { readonly cell: Json }): ReactNode {
  if (cell.type === 'rich_text') return <RichText block={cell} />;
  if (cell.type === 'raw_number') return optional(cell.text) ?? String(Number(cell.value));
  return <Marked text={string(cell.text)} />;
}

function rows(value: unknown): readonly (readonly Json[])[] {
  if (!Array.isArray(value)) return [];
  return value.map((row: unknown) =>
    Array.isArray(row) ? row.map((cell) => (isObject(cell) ? cell : {})) : [],
  );
}
