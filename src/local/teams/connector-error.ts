/**
 * A refusal of the connector, `{ error: { code, message } }`:
 * https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes-from-bot-conversational-apis
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const conversationNotFound = () =>
  new ConnectorError(404, 'ConversationNotFound', 'Conversation not found.');
export const activityNotFound = () =>
  new ConnectorError(
    404,
    'ActivityNotFoundInConversation',
    "The message ID provided couldn't be found in the conversation.",
  );
export const botNotInRoster = () =>
  new ConnectorError(403, 'BotNotInConversationRoster', "The bot isn't part of the conversation roster.");
export const badArgument = (message: string) => new ConnectorError(400, 'BadArgument', message);
export const tooBig = () => new ConnectorError(413, 'MessageSizeTooBig', 'Message size too large.');
export const throttled = (seconds: number) =>
  new ConnectorError(
    429,
    'TooManyRequests',
    'API calls quota exceeded! maximum admitted per thread.',
    seconds,
  );
