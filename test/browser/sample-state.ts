import type { PageState, SlackMessage, TeamsMessage } from '../../src/local/page-api.ts';
import { health, teamsHealth, teamsQuestion } from './sample-answers.ts';
import { START, slackBase, teamsBase } from './sample-base.ts';

/** A workspace and a team with four people and nothing said yet. */
export function quietState(): PageState {
  return {
    about: 'An online shop on a Friday morning: two accounts, five clusters, forty services.',
    now: '2026-11-20T09:00:00Z',
    botReady: true,
    people: [
      { name: 'Olivia', role: 'admin', slackId: 'U0LIVIA', teamsId: '29:olivia' },
      { name: 'Ravi', role: 'operator', slackId: 'U0RAVI', teamsId: '29:ravi' },
      { name: 'Vera', role: 'viewer', slackId: 'U0VERA', teamsId: '29:vera' },
      { name: 'Sam', role: 'stranger', slackId: 'U0SAM', teamsId: '29:sam' },
    ],
    slack: {
      team: 'Harbour Shop',
      botUserId: 'U0DECKHAND',
      command: '/ecs',
      channels: [
        { id: 'C0ALERTS', name: 'alerts', kind: 'channel' },
        { id: 'C0PLATFORM', name: 'platform', kind: 'channel' },
        { id: 'D0OLIVIA', name: 'Deckhand', kind: 'dm', person: 'Olivia' },
        { id: 'D0RAVI', name: 'Deckhand', kind: 'dm', person: 'Ravi' },
      ],
      messages: [],
    },
    teams: {
      team: 'Harbour Shop',
      botId: '28:deckhand',
      channels: [
        { id: '19:alerts@thread.tacv2', name: 'Alerts', kind: 'channel' },
        { id: '19:general@thread.tacv2', name: 'General', kind: 'channel' },
        { id: 'a:olivia', name: 'Deckhand', kind: 'dm', person: 'Olivia' },
      ],
      messages: [],
    },
  };
}

/** A workspace in the middle of an incident, on both sides. */
export function busyState(): PageState {
  const quiet = quietState();
  return {
    ...quiet,
    slack: {
      ...quiet.slack,
      messages: [
        person(5, 'U0RAVI', 'Morning! Deploying *checkout-api* 42 now :rocket:'),
        slackAlert(),
        ...facts(),
        ephemeral(),
        health(),
      ],
    },
    teams: { ...quiet.teams, messages: [teamsAlert(), ...teamsFacts(), teamsQuestion(), teamsHealth()] },
  };
}

function person(after: number, user: string, text: string): SlackMessage {
  return { channel: 'C0ALERTS', ts: `${START + after}.000100`, user, isBot: false, text };
}

/** The root of an incident. Its buttons: Acknowledge, a menu, a link. */
export function slackAlert(extra: Partial<SlackMessage> = {}): SlackMessage {
  return {
    ...slackBase,
    ts: `${START + 20}.000200`,
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: ':red_circle: checkout-api: deployment failed' } },
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: 'The deployment of revision *42* failed: `tasks failed to start`. Open since <!date^1795165240^{time}|09:00 UTC>. Nobody has it yet.',
        },
      },
      {
        type: 'section',
        fields: [
          { type: 'mrkdwn', text: '*Service*\ncheckout-api' },
          { type: 'mrkdwn', text: '*Cluster*\nprod-core' },
          { type: 'mrkdwn', text: '*Running*\n3 of 4' },
          { type: 'mrkdwn', text: '*Severity*\ncritical' },
        ],
      },
      {
        type: 'actions',
        block_id: 'incident',
        elements: [
          {
            type: 'button',
            action_id: 'ack',
            style: 'primary',
            text: { type: 'plain_text', text: 'Acknowledge' },
            value: '{"do":"ack"}',
          },
          {
            type: 'button',
            action_id: 'rollback',
            style: 'danger',
            text: { type: 'plain_text', text: 'Roll back to 41' },
            value: 'x',
            confirm: {
              title: { type: 'plain_text', text: 'Roll back checkout-api?' },
              text: { type: 'mrkdwn', text: 'From revision *42* to *41*. Costs stay the same.' },
              confirm: { type: 'plain_text', text: 'Roll back' },
              deny: { type: 'plain_text', text: 'Leave it' },
              style: 'danger',
            },
          },
          {
            type: 'button',
            action_id: 'runbook',
            text: { type: 'plain_text', text: 'Runbook' },
            url: 'https://wiki.example/checkout',
          },
        ],
      },
      {
        type: 'context',
        elements: [{ type: 'mrkdwn', text: 'production · us-east-1 · from the event, 2 s old' }],
      },
    ],
    ...extra,
  };
}

function facts(): readonly SlackMessage[] {
  const threadTs = slackAlert().ts;
  return [
    {
      ...slackBase,
      threadTs,
      ts: `${START + 22}.000300`,
      text: 'Three tasks of revision 42 stopped with exit code *1* within 4 minutes.',
    },
    {
      ...slackBase,
      threadTs,
      ts: `${START + 25}.000400`,
      text: 'Last lines of `/ecs/checkout-api`:\n```ERROR db: connection refused 10.0.3.9:5432\nERROR giving up after 5 attempts: arn:aws:ecs:us-east-1:111122223333:task/prod-core/0a1b2c3d4e5f67890a1b2c3d4e5f6789```',
    },
    person(60, 'U0RAVI', 'Looking.'),
  ].map((message) => ({ ...message, threadTs }));
}

function ephemeral(): SlackMessage {
  return {
    ...slackBase,
    ts: `${START + 70}.000500`,
    ephemeralFor: 'U0LIVIA',
    text: 'There is no service `chekout-api`. Did you mean *checkout-api* in prod-core?',
  };
}

/** The same incident as a post with a card. */
export function teamsAlert(extra: Partial<TeamsMessage> = {}): TeamsMessage {
  return {
    ...teamsBase,
    id: '1795165261000',
    at: '2026-11-20T09:01:01Z',
    cards: [
      {
        type: 'AdaptiveCard',
        version: '1.5',
        msteams: { width: 'Full' },
        body: [
          {
            type: 'Container',
            style: 'attention',
            bleed: true,
            items: [
              {
                type: 'TextBlock',
                size: 'Large',
                weight: 'Bolder',
                wrap: true,
                text: 'checkout-api: deployment failed',
              },
            ],
          },
          {
            type: 'TextBlock',
            wrap: true,
            text: 'The deployment of revision **42** failed. Open since {{TIME(2026-11-20T09:00:40Z)}}. Nobody has it yet.',
          },
          {
            type: 'FactSet',
            facts: [
              { title: 'Cluster', value: 'prod-core' },
              { title: 'Running', value: '3 of 4' },
              { title: 'Severity', value: 'critical' },
            ],
          },
          {
            type: 'TextBlock',
            isSubtle: true,
            size: 'Small',
            wrap: true,
            text: 'production · us-east-1 · from the event, 2 s old',
          },
        ],
        actions: [
          {
            type: 'Action.Execute',
            title: 'Acknowledge',
            style: 'positive',
            verb: 'ack',
            data: { k: 'inc/1/root' },
          },
          { type: 'Action.OpenUrl', title: 'Runbook', url: 'https://wiki.example/checkout' },
          {
            type: 'Action.ShowCard',
            title: 'Roll back…',
            card: {
              type: 'AdaptiveCard',
              body: [{ type: 'TextBlock', wrap: true, text: 'From revision 42 to 41.' }],
              actions: [
                {
                  type: 'Action.Execute',
                  title: 'Roll back to 41',
                  style: 'destructive',
                  verb: 'rollback',
                  data: {},
                },
              ],
            },
          },
        ],
      },
    ],
    ...extra,
  };
}

function teamsFacts(): readonly TeamsMessage[] {
  const rootId = teamsAlert().id;
  return [
    {
      ...teamsBase,
      rootId,
      id: '1795165263000',
      at: '2026-11-20T09:01:03Z',
      text: 'Three tasks of revision 42 stopped with exit code **1** within 4 minutes.',
    },
    {
      ...teamsBase,
      isBot: false,
      from: '29:ravi',
      rootId,
      id: '1795165290000',
      at: '2026-11-20T09:01:30Z',
      text: 'Looking.',
    },
  ];
}
