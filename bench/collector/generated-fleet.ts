/** A fleet of one account and region: one target group and one load balancer a service, 100 services a cluster. */
export function generatedFleet(services: number, latencyMs: number): object {
  const clusters: Record<string, { services: Record<string, unknown> }> = {};
  for (let n = 0; n < services; n += 1) {
    const cluster = `cluster-${Math.floor(n / 100)}`;
    clusters[cluster] ??= { services: {} };
    clusters[cluster].services[`svc-${String(n).padStart(4, '0')}`] = service(n);
  }
  return {
    latencyMs,
    accounts: [{ name: 'production', id: '111122223333', regions: { 'us-east-1': { clusters } } }],
  };
}

function service(n: number): object {
  const name = `svc-${String(n).padStart(4, '0')}`;
  return {
    desired: 2,
    targetGroup: {
      name,
      loadBalancer: `lb-${n}`,
      type: 'application',
      targets: { healthy: 2, unhealthy: 0 },
    },
    scaling: { min: 1, max: 4, cpuTarget: 70 },
    metrics: {
      cpuPercent: { base: 35 },
      memoryPercent: { base: 55 },
      requests: { base: 1200 },
      responseTimeMs: { base: 80 },
      http2xx: { of: 'requests', share: 0.97 },
      http3xx: { of: 'requests', share: 0.01 },
      http4xx: { of: 'requests', share: 0.02 },
      http5xx: { base: 1 },
      elb5xx: { base: 0 },
      healthyHosts: { base: 2 },
      unhealthyHosts: { base: 0 },
    },
  };
}
