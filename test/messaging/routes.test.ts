import { describe, expect, it } from 'vitest';
import { legsFor, parseChannel, type Route } from '../../src/messaging/routes.ts';

const target = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'checkout-api' };
const defaults = [{ platform: 'slack', tenant: '-', channel: 'CDEFAULT' }] as const;

function channels(routes: readonly Route[], severity: Parameters<typeof legsFor>[2] = 'high'): string[] {
  return legsFor({ routes, defaults }, target, severity).map(({ dest }) => dest.channel);
}

describe('routes', () => {
  it('go to the default channel when none covers the incident', () => {
    expect(channels([])).toEqual(['CDEFAULT']);
    expect(channels([{ match: 'staging', severity: 'info', to: 'slack:C1' }])).toEqual(['CDEFAULT']);
  });

  it('go to every channel that covers account, cluster and service, each once', () => {
    const to = (match: string, channel: string): Route => ({ match, severity: 'info', to: channel });
    expect(
      channels([
        to('prod*', 'slack:C1'),
        to('*/core/checkout-*', 'slack:C1'),
        to('*', 'teams:19:x@thread.tacv2'),
      ]),
    ).toEqual(['C1', '19:x@thread.tacv2']);
    expect(channels([to('*/core/basket', 'slack:C1')])).toEqual(['CDEFAULT']);
  });

  it('hear of their severity and of worse', () => {
    const route = { match: '*', severity: 'high', to: 'slack:C1' } as const;
    expect(channels([route], 'critical')).toEqual(['C1']);
    expect(channels([route], 'high')).toEqual(['C1']);
    expect(channels([route], 'medium')).toEqual(['CDEFAULT']);
  });

  it('read a channel as people write it', () => {
    expect(parseChannel('teams:19:x@thread.tacv2')).toEqual({
      platform: 'teams',
      tenant: '-',
      channel: '19:x@thread.tacv2',
    });
    expect(parseChannel('#alerts')).toBeUndefined();
  });
});
