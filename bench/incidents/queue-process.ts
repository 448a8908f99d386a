import { makeAws } from '../../src/local/aws/index.ts';
import { openServer } from '../../src/local/server.ts';
import { NO_ROUTES } from '../../test/local/chat-world.ts';
import { startTestStore } from '../../test/store/dynalite.ts';

/** SQS and DynamoDB on loopback in a process of their own, so that their work is not counted as the bot's. */
let url = '';
const served: { aws?: Awaited<ReturnType<typeof makeAws>> } = {};
const server = await openServer(0, () => ({ ...NO_ROUTES, aws: served.aws }));
url = server.url;
served.aws = await makeAws({ world: undefined, dataDir: undefined, baseUrl: () => url });
const store = await startTestStore();
process.once('disconnect', () => process.exit(0));
process.send?.({ sqs: url, queueUrl: served.aws.queueUrl, store: store.url, table: store.tableName });
