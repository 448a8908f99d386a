import { type ReactNode, useState } from 'react';
import type { PageState } from '../page-api.ts';
import { Modal } from './slack/modal.tsx';
import { SlackPane } from './slack/slack-pane.tsx';
import { isPerson } from './state/people.ts';
import type { Live } from './state/store.ts';
import { useClock } from './state/use-clock.ts';
import { useLive } from './state/use-live.ts';
import { TeamsPane } from './teams/teams-pane.tsx';
import { Mark } from './ui/mark.tsx';
import { ToastProvider } from './ui/toast.tsx';
import { type Layout, Topbar } from './ui/topbar.tsx';

/** The whole page. */
export function App(): ReactNode {
  const live = useLive();
  return (
    <ToastProvider>
      {live.page ? <Playground live={live} page={live.page} /> : <Loading connection={live.connection} />}
    </ToastProvider>
  );
}

const EXAMPLES = ['health', 'health --only critical', 'alerts', 'help'];
/** Messages say `3 minutes ago` at most this exactly, so they are not drawn anew every second. */
const COARSE_MS = 30_000;

function Playground({ live, page }: { readonly live: Live; readonly page: PageState }): ReactNode {
  const [personName, setPersonName] = useState<string>();
  const [layout, setLayout] = useState<Layout>('both');
  const [closed, setClosed] = useState<ReadonlySet<unknown>>(new Set());
  const clock = { nowMs: Date.parse(page.now), loadedAtMs: live.loadedAtMs };
  const nowMs = useClock(clock, COARSE_MS);
  const person = page.people.find((one) => one.name === personName) ?? page.people[0];
  if (!person) return <p className="nothing">The scenario has no people, so there is nobody to be.</p>;

  const examples = page.examples && page.examples.length > 0 ? page.examples : EXAMPLES;
  const modal = live.modals.findLast((one) => isPerson(person, one.person) && !closed.has(one.view));
  return (
    <div className={`playground show-${layout}`}>
      <Topbar
        page={page}
        connection={live.connection}
        person={person}
        clock={clock}
        layout={layout}
        onPerson={setPersonName}
        onLayout={setLayout}
      />
      <main className="panes">
        <SlackPane page={page} person={person} nowMs={nowMs} examples={examples} />
        <TeamsPane page={page} person={person} examples={examples} />
      </main>
      {modal ? (
        <Modal
          key={modal.viewId}
          modal={modal}
          page={page}
          person={person}
          nowMs={nowMs}
          onGone={() => setClosed(new Set([...closed, modal.view]))}
        />
      ) : null}
    </div>
  );
}

function Loading({ connection }: { readonly connection: Live['connection'] }): ReactNode {
  return (
    <div className="loading" role="status">
      <Mark size={56} />
      <p>{connection === 'lost' ? 'The playground does not answer yet; trying again…' : 'Casting off…'}</p>
    </div>
  );
}
