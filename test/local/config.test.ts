import { expect, test } from 'vitest';
import { readLocalConfig } from '../../src/local/config.ts';

test('nothing said runs every part with the default scenario', () => {
  expect(readLocalConfig([], {})).toEqual({
    parts: new Set(['aws', 'chat', 'store']),
    scenario: undefined,
    memory: false,
    botUrl: 'http://127.0.0.1:3000',
    port: 0,
    folder: '.deckhand',
  });
});

test('arguments and variables', () => {
  const env = { PORT: '4000', LOCAL_PORT: '4001', DECKHAND_DIR: '/tmp/d', DECKHAND_SCENARIO: 'a.yaml' };
  expect(readLocalConfig(['--parts', 'store, chat', '--memory'], env)).toEqual({
    parts: new Set(['chat', 'store']),
    scenario: 'a.yaml',
    memory: true,
    botUrl: 'http://127.0.0.1:4000',
    port: 4001,
    folder: '/tmp/d',
  });
  expect(readLocalConfig(['--scenario', 'b.yaml', '--no-bot'], env)).toMatchObject({
    scenario: 'b.yaml',
    botUrl: undefined,
  });
});

test.each([
  [['--parts', 'aws,sqs'], {}, '--parts aws,sqs: expected some of aws, chat, store'],
  [['--parts', ''], {}, 'expected some of'],
  [['--speed', '2'], {}, 'Known: --scenario FILE'],
  [['fleet.yaml'], {}, 'Known: --scenario FILE'],
  [[], { LOCAL_PORT: 'x' }, 'LOCAL_PORT is "x": expected a port number'],
  [[], { PORT: '70000' }, 'PORT is "70000"'],
])('%j %j is refused in words', (args, env, sentence) => {
  expect(() => readLocalConfig(args, env)).toThrow(sentence);
});
