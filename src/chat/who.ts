import type { Asking } from '../commands/index.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { FindPerson } from '../domain/people.ts';
import type { Person } from '../domain/person.ts';

/** The platforms that can be asked who somebody is. */
export type PeopleFinders = Readonly<Partial<Record<Person['platform'], FindPerson>>>;

/**
 * Who is meant: `me`, a mention, a name, or `slack:U012AB3CD`.
 * @throws BadRequest, NotFound with what to write instead
 */
export async function whoIsMeant(said: string, asking: Asking, finders: PeopleFinders): Promise<Person> {
  if (said.toLowerCase() === 'me') return asShown(asking.person);
  const mentioned = asking.mentions?.filter(({ name }) => name.toLowerCase() === said.toLowerCase()) ?? [];
  if (mentioned.length === 1 && mentioned[0] !== undefined) return member(mentioned[0]);
  const [, platform = asking.person.platform, id = said] = KEY.exec(said) ?? [];
  const find = finders[platform as Person['platform']]; // KEY knows no other
  if (find === undefined) return unseen(said, asking.person);
  const found = await find(id, platform === asking.person.platform ? asking.channel : undefined);
  if ('person' in found) return member(found.person);
  if ('several' in found) {
    throw new BadRequest(
      `Several people are called ${said}: ${found.several.slice(0, 5).join(', ')}. Mention the one you mean with @. Nothing changed.`,
    );
  }
  throw new NotFound(
    `I find nobody called ${said} here. Mention them with @, or write \`me\`, \`slack:U012AB3CD\` or \`teams:\` and their object id. Nothing changed.`,
  );
}

const KEY = /^(slack|teams|cli):(\S+)$/i;

/** Where no platform can be asked (the command line), an id is taken for what it says. */
function unseen(said: string, asker: Person): Person {
  const [, platform, id] = KEY.exec(said) ?? [];
  if (asker.platform === 'cli' && id !== undefined && (platform === 'slack' || platform === 'teams'))
    return { platform, id, tenant: '-', name: id };
  const how =
    asker.platform === 'cli'
      ? 'Write `slack:U012AB3CD` or `teams:` and the object id from Entra.'
      : 'Mention somebody who is here with @.';
  throw new BadRequest(`I cannot tell who ${said} is from here. ${how} Nothing changed.`);
}

function member(person: Person): Person {
  if (person.standing === 'guest' || person.standing === 'stranger') {
    throw new BadRequest(
      `${person.name} is no full member here, so I do not answer them and they could not work on it. Choose somebody else; nothing changed.`,
    );
  }
  return asShown(person);
}

/** What is kept of somebody who has an incident; how they are vouched for is asked anew when they act. */
function asShown({ standing: _standing, ...person }: Person): Person {
  return person;
}
