/**
 * The host that a reason names as the one that did not answer, in lower case, with its port unless that is the usual
 * one. AWS's own endpoints are named by their service (`secretsmanager`), for they have several names each. Undefined
 * where none is named, and for the task itself (loopback).
 */
export function reachedHost(text: string): string | undefined {
  for (const form of HOST_FORMS) {
    const found = form.exec(text)?.[1]?.toLowerCase();
    if (found === undefined) continue;
    const host = found.replace(/:443$/, '');
    return LOOPBACK.test(host) ? undefined : awsService(host);
  }
  return undefined;
}

/** The most telling first: a URL, the far end of a connection, a name that was looked up, a name or address with a port. */
const HOST_FORMS: readonly RegExp[] = [
  /\b[a-z][a-z\d+]*:\/\/(?:[^\s/@"']{1,200}@)?([a-z\d.-]+(?::\d+)?)/i,
  /->\s*((?:\d{1,3}\.){3}\d{1,3}:\d+)/,
  /\blookup\s+((?:[a-z\d-]+\.)+[a-z\d-]+)/i,
  /\b((?:[a-z\d-]+\.)+[a-z]{2,}:\d{2,5})\b/i,
  /\b((?:\d{1,3}\.){3}\d{1,3}:\d+)\b/,
  /\b(?:host|endpoint|enotfound|eai_again|econnrefused|etimedout|dial tcp|connect(?:ion)?(?: to)?)[\s:="']{1,4}((?:[a-z\d-]+\.)+[a-z\d-]+|[a-z][a-z\d-]*:\d{2,5})/i,
  // Last, any name that looks like one of a host: no file, no package of a programming language.
  /\b((?:[a-z\d-]+\.)+(?:com|net|org|io|dev|cloud|app|co|eu|uk|de|cn|internal|local|lan|corp))(?![\w-]|\.\w)/i,
];

const LOOPBACK = /^(localhost|127\.|0\.0\.0\.0|169\.254\.)/;

/** `secretsmanager.eu-west-1.amazonaws.com` → `secretsmanager` */
function awsService(host: string): string {
  if (!/\.amazonaws\.com(\.cn)?$/.test(host)) return host;
  return host.replace(/\.[a-z]{2}(?:-[a-z]+)+-\d\..*$/, '').replace(/^vpce-[^.]+\./, '');
}

/** The registry of the image that could not be pulled: the host in its reference, Docker Hub under one name. */
export function registryHost(text: string): string | undefined {
  const reference = /\b((?:[a-z\d-]+\.)+[a-z]{2,}(?::\d+)?)\/[a-z\d]/i.exec(text)?.[1]?.toLowerCase();
  const found =
    reference ?? reachedHost(text) ?? (/docker hub|docker\.com/i.test(text) ? 'docker.io' : undefined);
  if (found === undefined) return undefined;
  return /(^|\.)docker\.(io|com)$/.test(found) ? 'docker.io' : found;
}
