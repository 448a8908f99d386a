import { ConfigError, loadConfig } from './config.ts';
import { startDeckhand } from './wiring/deckhand.ts';

/** The bot: settings, wiring, run. */
async function main(): Promise<void> {
  const deckhand = await startDeckhand(loadConfig());
  const stop = () => {
    void deckhand.stop().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // Started by `npm start`: when that process is gone, so is the reason to run.
  process.once('disconnect', stop);
  process.send?.({ type: 'ready', url: deckhand.url });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.problems.join('\n') : String(error)}\n`);
  process.exit(1);
});
