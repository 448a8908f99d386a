import { expect, test } from 'vitest';
import { imageChanges, shortImage } from '../../src/cards/image-name.ts';

const REGISTRY = '111122223333.dkr.ecr.us-east-1.amazonaws.com';
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  [`${REGISTRY}/shop/checkout:1.42.0`, 'shop/checkout:1.42.0'],
  ['nginx', 'nginx:latest'],
  ['localhost:5000/web:dev', 'web:dev'],
  [`${REGISTRY}/checkout@${DIGEST}`, 'checkout@sha256:0123456789ab…'],
])('%s is shown as %s', (image, shown) => {
  expect(shortImage(image)).toBe(shown);
});

test('a long name loses its middle, never its tag', () => {
  const shown = shortImage(`ghcr.io/platform/${'a'.repeat(80)}/checkout:v1`);
  expect(shown).toMatch(/^platform\/a+…a+\/checkout:v1$/);
  expect(shown.length).toBeLessThan(50);
});

test('only what differs is told, by what changed of it', () => {
  expect(
    imageChanges(
      [`${REGISTRY}/shop/checkout:1.41.0`, 'envoy:v1.31', 'old/agent:7'],
      [`${REGISTRY}/shop/checkout:1.42.0`, 'envoy:v1.31', `new/agent@${DIGEST}`, 'third:1'],
    ),
  ).toEqual([
    { name: 'shop/checkout', from: '1.41.0', to: '1.42.0' },
    { name: 'old/agent', from: '7' },
    { name: 'new/agent', to: 'sha256:0123456789ab…' },
    { name: 'third', to: '1' },
  ]);
});

test('an image that moved to another registry shows both', () => {
  expect(imageChanges([`${REGISTRY}/web:1`], ['public.ecr.aws/web:1'])).toEqual([
    { name: 'web', from: '11112222333…mazonaws.com/web:1', to: 'public.ecr.aws/web:1' },
  ]);
});

test('the same images in another order are no change', () => {
  expect(imageChanges(['a:1', 'b:1'], ['b:1', 'a:1'])).toEqual([]);
});
