import { type App, ExpressReceiver, type Logger, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { type IRouter, Router } from 'express';
import { guardSlackRequests } from './guard.ts';

export interface Receivers {
  /** To be mounted at the root of the HTTP server; undefined where requests come over Socket Mode alone. */
  readonly router: IRouter | undefined;
  readonly receiver: Receiver;
}

/** HTTP where a signing secret is configured, Socket Mode where an app token is; both feed the same Bolt app. */
export function makeReceivers(options: {
  readonly signingSecret: string | undefined;
  readonly appToken: string | undefined;
  readonly apiUrl: string | undefined;
  readonly logger: Logger;
  readonly systemNow: () => number;
}): Receivers {
  const receivers: Receiver[] = [];
  let router: IRouter | undefined;
  if (options.signingSecret !== undefined) {
    router = Router();
    router.use('/slack/events', guardSlackRequests(options.systemNow));
    receivers.push(
      new ExpressReceiver({ signingSecret: options.signingSecret, router, logger: options.logger }),
    );
  }
  if (options.appToken !== undefined) {
    receivers.push(
      new SocketModeReceiver({
        appToken: options.appToken,
        logger: options.logger,
        installerOptions: {
          clientOptions: options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl },
        },
      }),
    );
  }
  return { router, receiver: all(receivers) };
}

/** Several receivers as one. The HTTP one is not started: the server it listens on is ours. */
function all(receivers: readonly Receiver[]): Receiver {
  const sockets = receivers.filter((receiver) => receiver instanceof SocketModeReceiver);
  return {
    init: (app: App) => {
      for (const receiver of receivers) receiver.init(app);
    },
    start: () => Promise.all(sockets.map((receiver) => receiver.start())),
    stop: () => Promise.all(sockets.map((receiver) => receiver.stop())),
  };
}
