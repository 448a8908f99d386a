import { ConfigError, loadConfig } from './config.ts';
import { DeckhandError } from './domain/errors.ts';
import { startDeckhand } from './wiring/deckhand.ts';

/** The bot: settings, wiring, run. */
async function main(): Promise<void> {
  const deckhand = await startDeckhand(loadConfig());
  process.on('unhandledRejection', (error) => {
    deckhand.log.error({ err: error }, 'something failed that nobody waited for');
  });
  const stop = () => {
    void deckhand.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Started by `npm start`: when that process is gone, so is the reason to run.
  process.once('disconnect', stop);
  if (process.connected) process.send?.({ type: 'ready', url: deckhand.url });
  else if (process.send !== undefined) stop();
}

main().catch((error: unknown) => {
  const told = error instanceof ConfigError || error instanceof DeckhandError ? error.message : String(error);
  process.stderr.write(`${told}\n`);
  process.exit(1);
});
