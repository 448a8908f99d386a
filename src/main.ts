import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError, loadConfig } from './config.ts';
import { DeckhandError } from './domain/errors.ts';
import { startDeckhand } from './wiring/deckhand.ts';

/** How long a clean end may take. */
const STOP_PATIENCE_MS = 4000;

/** The bot: settings, wiring, run. */
async function main(): Promise<void> {
  const starting = startDeckhand(loadConfig());
  const stop = () => {
    // What is still being reached at the start need not be waited for.
    const ended = starting.then((deckhand) => deckhand.stop());
    void Promise.race([ended, pause(STOP_PATIENCE_MS)]).then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Started by `npm start`: when that process is gone, so is the reason to run.
  process.once('disconnect', stop);
  const deckhand = await starting;
  process.on('unhandledRejection', (error) => {
    deckhand.log.error({ err: error }, 'something failed that nobody waited for');
  });
  if (process.connected) process.send?.({ type: 'ready', url: deckhand.url });
  else if (process.send !== undefined) stop();
}

main().catch((error: unknown) => {
  const told = error instanceof ConfigError || error instanceof DeckhandError ? error.message : String(error);
  process.stderr.write(`${told}\n`);
  process.exit(1);
});
