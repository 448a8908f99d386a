import { afterEach, describe, expect, it } from 'vitest';
import { metricsRouter } from '../../src/http/metrics-router.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { type MetricSources, makeBotMetrics } from '../../src/telemetry/prometheus.ts';
import { NOW, running, service } from '../assess/make.ts';

let http: HttpServer | undefined;
afterEach(async () => {
  await http?.close();
  http = undefined;
});

const SOURCES: MetricSources = {
  services: () => [],
  openIncidents: async () => [{ severity: 'critical' }, { severity: 'critical' }],
  outbox: async () => ({ waiting: 3, parked: 1 }),
  spending: () => ({ todayDollars: 1.25, slowdown: 1 }),
};

async function serve(token: string | undefined) {
  const metrics = makeBotMetrics();
  http = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [
      metricsRouter({ contentType: metrics.contentType, token, render: () => metrics.render(SOURCES) }),
    ],
    notReady: () => [],
    log: { error: () => undefined } as never,
  });
  return { url: `${http.url}/metrics`, metrics };
}

describe('/metrics', () => {
  it('tells calls, dollars, cache hits, latencies, outbox and incidents', async () => {
    const { url, metrics } = await serve(undefined);
    metrics.call({
      account: 'production',
      region: 'eu-west-1',
      action: 'cloudwatch:GetMetricData',
      outcome: 'ok',
      durationMs: 80,
      dollars: 0.004,
    });
    metrics.cache(40, 10);
    metrics.message('event');
    metrics.message('foreign');
    metrics.message('foreign');
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    const place = 'account="production",region="eu-west-1"';
    expect(text).toContain(
      `deckhand_aws_calls_total{${place},action="cloudwatch:GetMetricData",outcome="ok"} 1`,
    );
    expect(text).toContain(`deckhand_aws_dollars_total{${place}} 0.004`);
    expect(text).toContain('deckhand_aws_call_seconds_bucket{le="0.1",action="cloudwatch:GetMetricData"} 1');
    expect(text).toContain('deckhand_cache_services_total{result="hit"} 40');
    expect(text).toContain('deckhand_queue_messages_total{kind="foreign"} 2');
    expect(text).toContain('deckhand_spent_today_dollars 1.25');
    expect(text).toContain('deckhand_open_incidents{severity="critical"} 2');
    expect(text).toContain('deckhand_open_incidents{severity="medium"} 0');
    expect(text).toContain('deckhand_outbox_messages{state="parked"} 1');
  });

  it('is for this machine alone unless there is a token', async () => {
    const { url } = await serve(undefined);
    expect((await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(403);
  });

  it('with a token is for those who send it', async () => {
    const { url } = await serve('s3cret');
    const status = async (authorization: string) => (await fetch(url, { headers: { authorization } })).status;
    expect((await fetch(url)).status).toBe(403);
    expect(await status('Bearer wrong')).toBe(403);
    expect(await status('Bearer s3cret')).toBe(200);
  });
});

describe('a service’s gauges', () => {
  it('are the newest whole period, and go with the service', async () => {
    const metrics = makeBotMetrics();
    const one = service({
      desired: 4,
      running: 3,
      metricsAtMs: NOW,
      metrics: { cpuPercent: running(20, 35, 90), healthyHosts: running(3, 3, 2) },
    });
    const { account, region, cluster, service: name } = one.ref;
    const labels = `account="${account}",region="${region}",cluster="${cluster}",service="${name}"`;
    const text = await metrics.render({ ...SOURCES, services: () => [one] });
    expect(text).toContain(`deckhand_service_cpu_percent{${labels}} 35`);
    expect(text).toContain(`deckhand_service_running_tasks{${labels}} 3`);
    expect(text).toContain(`deckhand_service_desired_tasks{${labels}} 4`);
    expect(text).toContain(`deckhand_service_healthy_hosts{${labels}} 2`);
    expect(await metrics.render(SOURCES)).not.toContain('deckhand_service_cpu_percent{');
  });

  it('are there although the store does not answer', async () => {
    const fail = () => Promise.reject(new Error('no table'));
    const text = await makeBotMetrics().render({ ...SOURCES, openIncidents: fail, outbox: fail });
    expect(text).not.toContain('deckhand_open_incidents{');
    expect(text).toContain('deckhand_slowdown_ratio 1');
  });
});
