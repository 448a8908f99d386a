import { type ReactNode, useState } from 'react';
import type { PagePerson, PageState, TeamsAction, TeamsMessage } from '../../page-api.ts';
import type { Json } from '../json.ts';
import { api, sentence } from '../state/api.ts';
import { nameOf } from '../state/people.ts';
import { clockTime, fullTime } from '../state/time.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useFlash } from '../ui/flash.ts';
import { useToast } from '../ui/toast.tsx';
import { AdaptiveCard } from './adaptive-card.tsx';
import { TeamsText } from './teams-text.tsx';

interface MessageProps {
  readonly message: TeamsMessage;
  readonly page: PageState;
  readonly person: PagePerson;
}

/** A card that an action gave to one person, in place of what the message held then. */
interface Replacement {
  readonly for: string;
  readonly of: string;
  readonly card: Json;
}

/** One Teams message: its text and its cards. */
export function TeamsMessageView({ message, page, person }: MessageProps): ReactNode {
  const toast = useToast();
  const content = JSON.stringify([message.text, message.cards]);
  const flash = useFlash(content);
  const [replaced, setReplaced] = useState<Replacement>();
  const name = message.isBot ? 'Deckhand' : nameOf(page, message.from);
  const act = async (action: TeamsAction['action']): Promise<void> => {
    try {
      const place = { conversation: message.conversation, messageId: message.id };
      const answer = await api.teamsAction({ person: person.name, ...place, action });
      if (answer.card) setReplaced({ for: person.name, of: content, card: answer.card });
      if (answer.error) toast.error(answer.error);
      else if (answer.message) toast.info(answer.message);
    } catch (error) {
      toast.error(sentence(error));
    }
  };
  const stands = replaced?.for === person.name && replaced.of === content;
  const cards = stands ? [replaced.card] : message.cards;
  const atMs = Date.parse(message.at);
  return (
    <div
      className={`teams-message ${message.targetedTo ? 'ephemeral' : ''} ${flash}`}
      data-testid="teams-message"
      data-id={message.id}
    >
      <Avatar name={name} isBot={message.isBot} size={32} />
      <div className="message-main">
        <header className="message-head">
          <strong>{name}</strong>
          <time title={fullTime(atMs)}>{clockTime(atMs)}</time>
          {message.editedAt ? <span className="edited">Edited</span> : null}
          {message.targetedTo ? <span className="only-you">Only visible to you</span> : null}
        </header>
        {message.text ? <TeamsText text={message.text} isBot={message.isBot} /> : null}
        {cards.map((card, index) => (
          <AdaptiveCard key={index} card={card} onAction={act} />
        ))}
      </div>
    </div>
  );
}
