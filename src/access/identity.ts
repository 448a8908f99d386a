import type { Person } from '../domain/person.ts';

/**
 * Who may talk with Deckhand at all: members of the workspace or tenant that it serves. Somebody of whom the platform
 * tells nothing may read, since the request was signed for this workspace; they change nothing (see `decide`).
 * @returns the refusal, for them alone; undefined when they are welcome.
 */
export function refusalToTalk(person: Person): string | undefined {
  const home = person.platform === 'slack' ? 'workspace' : 'organisation';
  switch (person.standing) {
    case 'guest':
      return `I answer full members of this ${home} only, and you are a guest. Ask a member of it to look for you, or its administrator to make you a full member.`;
    case 'stranger':
      return `I answer members of this ${home} only, and you are from another one. Ask somebody who is a member of it to look for you.`;
    case 'member':
    case 'unknown':
    case undefined:
      return undefined;
  }
}
