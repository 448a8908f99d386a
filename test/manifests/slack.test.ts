import { existsSync, readFileSync } from 'node:fs';
import type { AppsManifestValidateArguments } from '@slack/web-api';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SLASH_COMMAND, SUGGESTED_PROMPTS } from '../../src/intent/grammar.ts';

type Manifest = AppsManifestValidateArguments['manifest'];

const text = readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');
const manifest = parse(text) as Manifest; // its shape is what these tests prove
const schemas = new URL('../../../shared/schemas/slack/', import.meta.url);

/** Slack's own table of what an event needs: docs.slack.dev/reference/events. */
const SCOPE_OF_EVENT: Readonly<Record<string, string | undefined>> = {
  app_mention: 'app_mentions:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  app_home_opened: undefined,
};

describe('manifest.yml', () => {
  const readSchema = (path: string): object => JSON.parse(readFileSync(new URL(path, schemas), 'utf8'));

  it.skipIf(!existsSync(schemas))('is valid by the schema that Slack publishes', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const base = 'https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/';
    for (const version of ['1.0.0', '2.0.0']) {
      const name = `manifest.schema.${version}.json`;
      ajv.addSchema(readSchema(`schemas/${name}`), `${base}${name}`);
    }
    const validate = ajv.compile(readSchema('manifest.schema.json'));

    expect(validate(manifest) ? [] : validate.errors).toEqual([]);
  });

  it('offers the prompts of the grammar', () => {
    expect(manifest.features?.agent_view?.suggested_prompts).toEqual(SUGGESTED_PROMPTS);
  });

  it('declares the slash command as the grammar has it, and escapes what is typed', () => {
    expect(manifest.features?.slash_commands).toEqual([
      {
        command: SLASH_COMMAND.command,
        description: SLASH_COMMAND.description,
        usage_hint: SLASH_COMMAND.usageHint,
        should_escape: true,
      },
    ]);
  });

  it('stays within the lengths that Slack accepts', () => {
    expect(manifest.display_information.description?.length).toBeLessThanOrEqual(140);
    expect(manifest.display_information.long_description?.length).toBeGreaterThanOrEqual(175);
    expect(manifest.features?.agent_view?.agent_description?.length).toBeLessThanOrEqual(300);
    expect(manifest.features?.agent_view?.suggested_prompts?.length).toBeLessThanOrEqual(4);
    expect(SLASH_COMMAND.usageHint.length).toBeLessThanOrEqual(1000);
  });

  it('asks for the scope of every event that it subscribes to, and subscribes to no other event', () => {
    const events: readonly string[] = manifest.settings?.event_subscriptions?.bot_events ?? [];
    const scopes: readonly string[] = manifest.oauth_config?.scopes?.bot ?? [];
    expect([...events].toSorted()).toEqual(Object.keys(SCOPE_OF_EVENT).toSorted());
    const needed = events.flatMap((event) => SCOPE_OF_EVENT[event] ?? []);
    expect(needed.filter((scope) => !scopes.includes(scope))).toEqual([]);
  });

  it('asks for no scope twice, gives a reason for each, and for no user token', () => {
    const scopes: readonly string[] = manifest.oauth_config?.scopes?.bot ?? [];
    expect(new Set(scopes).size).toBe(scopes.length);
    for (const scope of scopes) expect(text).toMatch(new RegExp(`- ${scope}\\s+# \\S`));
    expect(manifest.oauth_config?.scopes?.user).toBeUndefined();
  });
});
