import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { HubCalls } from './hub-calls.ts';
import { callAws } from './region-call.ts';

/** What is told where chat cannot be reached. */
export interface Notice {
  /** {@link noticeSubject} makes one that SNS takes. */
  readonly subject: string;
  readonly text: string;
}

/** An SNS topic of Deckhand's own account, which sends mails, pages or text messages. */
export interface NoticeBoard {
  /** Resolves when SNS has it. @throws NotFound when the topic is gone; Denied, Throttled, Unreachable */
  publish(notice: Notice): Promise<void>;
  close(): void;
}

/** SNS wants less than 100. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const SUBJECT_LENGTH = 99;
/** 256 KiB, over all that a message holds. */
const TEXT_BYTES = 200_000;

/** Publishes to one topic with the credentials that Deckhand runs with; the region is the topic's. */
export function makeNoticeBoard(topicArn: string, hub: HubCalls): NoticeBoard {
  const region = topicArn.split(':')[3] ?? '';
  const client = new SNSClient({ region, ...hub.clientSettings });
  return {
    publish: ({ subject, text }) =>
      callAws({ ...hub.path, region }, 'sns:Publish', { notices: 1 }, async (within) => {
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: noticeSubject([subject]),
            Message: cutToBytes(text, TEXT_BYTES) || '(no text)',
          }),
          within,
        );
      }),
    close: () => client.destroy(),
  };
}

/**
 * A subject out of its parts, first the most important: `shop | production | Deployment failed`. ASCII, one line, less
 * than 100 characters, as SNS demands of what becomes the subject of a mail. Letters lose their accents; what has no
 * ASCII form becomes `?`.
 */
export function noticeSubject(parts: readonly string[]): string {
  const line = parts
    .map((part) => asciiOf(part))
    .filter((part) => part !== '')
    .join(' | ');
  const cut = line.length <= SUBJECT_LENGTH ? line : `${line.slice(0, SUBJECT_LENGTH - 3).trimEnd()}...`;
  // It must begin with a letter, a digit or a punctuation mark, and must not be empty.
  return cut === '' ? 'Deckhand' : cut;
}

function asciiOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\u2192/g, '->')
    .replace(/\p{Cc}+|\s+/gu, ' ')
    .replace(/[^\x20-\x7e]+/g, '?')
    .trim();
}

function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  return bytes
    .subarray(0, most)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}
