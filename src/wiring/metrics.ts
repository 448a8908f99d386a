import type { IRouter } from 'express';
import type { Config } from '../config.ts';
import { metricsRouter } from '../http/metrics-router.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { BotMetrics } from '../telemetry/prometheus.ts';
import type { Features } from './features.ts';

/** `/metrics` over what is known at the moment of a scrape. */
export function wireMetrics(
  config: Config,
  metrics: BotMetrics,
  { collector, incidents, spending }: Pick<Features, 'collector' | 'incidents' | 'spending'>,
  outbox: Pick<Outbox, 'waiting'>,
): IRouter {
  return metricsRouter({
    contentType: metrics.contentType,
    token: config.variable('METRICS_TOKEN'),
    render: () =>
      metrics.render({
        services: () => collector.known().services,
        openIncidents: () => incidents.open(),
        spending: () => spending.report(),
        outbox: async () => {
          const channels = await outbox.waiting();
          return {
            waiting: channels.reduce((sum, channel) => sum + channel.waiting, 0),
            parked: channels.reduce((sum, channel) => sum + channel.parked, 0),
          };
        },
      }),
  });
}
