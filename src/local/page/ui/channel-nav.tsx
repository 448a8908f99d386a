import type { ReactNode } from 'react';
import type { PageChannel } from '../../page-api.ts';

interface ChannelNavProps {
  readonly platform: 'Slack' | 'Teams';
  readonly title: string;
  readonly channels: readonly PageChannel[];
  readonly current: string;
  /** How much is unread, by channel id. */
  readonly unread: Readonly<Record<string, number>>;
  readonly onPick: (id: string) => void;
}

/** The channels of a side: a list beside the messages, or a row above them where the pane is narrow. */
export function ChannelNav({
  platform,
  title,
  channels,
  current,
  unread,
  onPick,
}: ChannelNavProps): ReactNode {
  return (
    <nav className="channels" aria-label={`${platform} channels`}>
      <p className="channels-title">{title}</p>
      <ul>
        {channels.map((channel) => {
          const count = unread[channel.id] ?? 0;
          return (
            <li key={channel.id}>
              <button
                type="button"
                aria-current={channel.id === current ? 'page' : undefined}
                className={count > 0 ? 'has-unread' : ''}
                data-testid={`channel-${channel.id}`}
                onClick={() => onPick(channel.id)}
              >
                <span className="hash" aria-hidden="true">
                  {channel.kind === 'dm' ? '●' : '#'}
                </span>
                <span className="channel-name">{channel.name}</span>
                {count > 0 ? (
                  <span className="badge">
                    {count}
                    <span className="sr-only"> unread</span>
                  </span>
                ) : null}
              </button>
            </li>
          );
        })}
      </ul>
      <span className="platform">{platform}</span>
    </nav>
  );
}
