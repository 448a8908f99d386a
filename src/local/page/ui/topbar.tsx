import type { ReactNode } from 'react';
import type { PagePerson, PageState } from '../../page-api.ts';
import type { Live } from '../state/store.ts';
import { clockParts } from '../state/time.ts';
import { type ClockBase, useClock } from '../state/use-clock.ts';
import { Avatar } from './avatar.tsx';
import { Mark } from './mark.tsx';

/** Which sides are shown. Where there is room for one only, `both` shows Slack. */
export type Layout = 'both' | 'slack' | 'teams';

interface TopbarProps {
  readonly page: PageState;
  readonly connection: Live['connection'];
  readonly person: PagePerson;
  readonly clock: ClockBase;
  readonly layout: Layout;
  readonly onPerson: (name: string) => void;
  readonly onLayout: (layout: Layout) => void;
}

/** The head of the page: what this is, when it is, who you are. */
export function Topbar(props: TopbarProps): ReactNode {
  const { page, connection, person, clock, layout, onPerson, onLayout } = props;
  return (
    <header className="topbar">
      <div className="brand">
        <Mark size={34} />
        <div className="brand-text">
          <h1>Deckhand</h1>
          <p className="about" title={page.about} data-testid="about">
            {page.about}
          </p>
        </div>
      </div>
      <LayoutSwitch layout={layout} onLayout={onLayout} />
      <div className="topbar-end">
        <Clock base={clock} />
        <Status connection={connection} botReady={page.botReady} />
        <PersonSwitch people={page.people} person={person} onPerson={onPerson} />
      </div>
    </header>
  );
}

function LayoutSwitch({ layout, onLayout }: Pick<TopbarProps, 'layout' | 'onLayout'>): ReactNode {
  const choices = [
    ['both', 'Both'],
    ['slack', 'Slack'],
    ['teams', 'Teams'],
  ] as const;
  return (
    <div className="segments" role="group" aria-label="What to show">
      {choices.map(([value, label]) => (
        <button
          key={value}
          type="button"
          className={`segment-${value}`}
          aria-pressed={layout === value}
          data-testid={`show-${value}`}
          onClick={() => onLayout(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function Clock({ base }: { readonly base: ClockBase }): ReactNode {
  const { day, time, zone } = clockParts(useClock(base, 1_000));
  return (
    <div className="clock" title={`The simulated clock, in your time zone (${zone})`} data-testid="clock">
      <span className="clock-time">{time}</span>
      <span className="clock-day">
        {day} · {zone}
      </span>
    </div>
  );
}

function Status({ connection, botReady }: { connection: Live['connection']; botReady: boolean }): ReactNode {
  const [tone, words] =
    connection !== 'live'
      ? ['lost', 'Reconnecting…']
      : botReady
        ? ['ready', 'Bot ready']
        : ['starting', 'Bot starting…'];
  return (
    <div className={`status ${tone}`} role="status" data-testid="bot-status">
      <span className="status-dot" aria-hidden="true" />
      {words}
    </div>
  );
}

function PersonSwitch(
  props: Pick<TopbarProps, 'person' | 'onPerson'> & { people: readonly PagePerson[] },
): ReactNode {
  const { people, person, onPerson } = props;
  return (
    <label className="person-switch">
      <Avatar name={person.name} isBot={false} size={28} />
      <span className="sr-only">You are</span>
      <select
        value={person.name}
        data-testid="person-switch"
        onChange={(event) => onPerson(event.target.value)}
      >
        {people.map((one) => (
          <option key={one.name} value={one.name}>
            {one.name} · {one.role}
          </option>
        ))}
      </select>
    </label>
  );
}
