import type { ReactNode } from 'react';
import { isObject, type Json, objects, optional, string, textOf } from '../json.ts';
import { Element, ImageElement } from './elements.tsx';
import { SlackText } from './inline-view.tsx';
import { InputBlock } from './inputs.tsx';
import { LIBRARY_BLOCKS, LibraryBlock } from './library-block.tsx';
import { Raw } from './raw.tsx';
import { RichText } from './rich-text.tsx';
import { TableBlock } from './table.tsx';

/** The blocks of a message or a modal, top to bottom (https://docs.slack.dev/reference/block-kit/blocks). */
export function Blocks({ blocks }: { readonly blocks: readonly Json[] }): ReactNode {
  return (
    <div className="sk-blocks">
      {blocks.map((block, index) => (
        <div className={`sk-block block-${string(block.type)}`} key={optional(block.block_id) ?? index}>
          <OneBlock block={block} />
        </div>
      ))}
    </div>
  );
}

function OneBlock({ block }: { readonly block: Json }): ReactNode {
  switch (block.type) {
    case 'section':
      return <Section block={block} />;
    case 'header':
      return (
        <h4 className="sk-heading">
          <SlackText text={block.text} />
        </h4>
      );
    case 'context':
      return <ContextBlock block={block} />;
    case 'divider':
      return <hr />;
    case 'actions':
    case 'context_actions':
      return <Actions block={block} />;
    case 'rich_text':
      return (
        <div className="mrkdwn">
          <RichText block={block} />
        </div>
      );
    case 'table':
    case 'data_table':
      return <TableBlock block={block} />;
    case 'image':
      return <ImageBlock block={block} />;
    case 'input':
      return <InputBlock block={block} />;
    default:
      return <RarerBlock block={block} />;
  }
}

function RarerBlock({ block }: { readonly block: Json }): ReactNode {
  const type = string(block.type);
  if (LIBRARY_BLOCKS.has(type)) return <LibraryBlock block={block} />;
  switch (type) {
    case 'alert':
      return (
        <div className={`sk-alert-box ${string(block.level)}`} role="note">
          <SlackText text={block.text} />
        </div>
      );
    case 'container':
      return <Container block={block} />;
    case 'card':
      return <CardBlock block={block} />;
    case 'carousel':
      return (
        <div className="sk-carousel" tabIndex={0} role="region" aria-label="Cards">
          {objects(block.elements).map((card, index) => (
            <CardBlock key={index} block={card} />
          ))}
        </div>
      );
    default:
      return <Raw what="block" json={block} />;
  }
}

function Section({ block }: { readonly block: Json }): ReactNode {
  const fields = objects(block.fields);
  return (
    <div className="sk-section-row">
      <div className="sk-section-text mrkdwn">
        {block.text ? <SlackText text={block.text} /> : null}
        {fields.length > 0 ? (
          <div className="sk-fields">
            {fields.map((field, index) => (
              <div key={index}>
                <SlackText text={field} />
              </div>
            ))}
          </div>
        ) : null}
      </div>
      {isObject(block.accessory) ? (
        <div className="sk-accessory">
          <Element element={block.accessory} blockId={optional(block.block_id)} />
        </div>
      ) : null}
    </div>
  );
}

function ContextBlock({ block }: { readonly block: Json }): ReactNode {
  return objects(block.elements).map((element, index) =>
    element.type === 'image' ? (
      <ImageElement key={index} element={element} />
    ) : (
      <span className="mrkdwn" key={index}>
        <SlackText text={element} />
      </span>
    ),
  );
}

function Actions({ block }: { readonly block: Json }): ReactNode {
  return objects(block.elements).map((element, index) => (
    <Element
      key={optional(element.action_id) ?? index}
      element={element}
      blockId={optional(block.block_id)}
    />
  ));
}

function ImageBlock({ block }: { readonly block: Json }): ReactNode {
  return (
    <figure>
      {block.title ? <figcaption>{textOf(block.title)}</figcaption> : null}
      <ImageElement element={block} />
    </figure>
  );
}

function Container({ block }: { readonly block: Json }): ReactNode {
  const title = isObject(block.rich_text_title) ? (
    <RichText block={block.rich_text_title} />
  ) : (
    <SlackText text={block.title ?? ''} />
  );
  const inside = <Blocks blocks={objects(block.child_blocks)} />;
  const subtitle = block.subtitle ? (
    <small>
      <SlackText text={block.subtitle} />
    </small>
  ) : null;
  if (block.is_collapsible !== true) {
    return (
      <section className="sk-box">
        <strong>{title}</strong> {subtitle}
        {inside}
      </section>
    );
  }
  return (
    <details className="sk-box" open={block.default_collapsed !== true}>
      <summary>
        <strong>{title}</strong> {subtitle}
      </summary>
      {inside}
    </details>
  );
}

function CardBlock({ block }: { readonly block: Json }): ReactNode {
  const parts = [block.subtitle, block.body].filter(Boolean);
  return (
    <section className="sk-box mrkdwn">
      {isObject(block.hero_image) ? <ImageElement element={block.hero_image} /> : null}
      {block.title ? (
        <strong>
          <SlackText text={block.title} />
        </strong>
      ) : null}
      {parts.map((part, index) => (
        <div key={index}>
          <SlackText text={part} />
        </div>
      ))}
      <div className="sk-actions">
        <Actions block={{ ...block, elements: block.actions }} />
      </div>
    </section>
  );
}
