import { FaultySlack } from '../../test/replay/faulty-slack.ts';
import { startTestStore } from '../../test/store/dynalite.ts';

/** Slack and DynamoDB on loopback in a process of their own, so that their work is not counted as the bot's. */
const slack = new FaultySlack(Math.random);
slack.faulty = false;
slack.prompt = true;
const store = await startTestStore();
process.once('disconnect', () => process.exit(0));
process.send?.({ slack: `${await slack.listen()}/api/`, store: store.url, table: store.tableName });
