import * as z from 'zod';
import type { InventoryReading } from '../../core/inventory/inventory.ts';
import type { ApiClient } from './api-client.ts';
import { toKubernetesError } from './kubernetes-error.ts';
import { parseJson } from './parse-node.ts';

export const INVENTORY_CONFIG_MAP = 'restitch-inventory';
export const INVENTORY_KEY = 'inventory.yaml';
const ConfigMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** The record in the ConfigMap. Our role may lack access to it: that is `unusable`, with what to do. */
export async function readInventory(api: ApiClient, namespace: string, timeoutMs: number): Promise<InventoryReading> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${INVENTORY_CONFIG_MAP}`;
  const answer = await api({ method: 'GET', path, timeoutMs });
  const where = `ConfigMap ${namespace}/${INVENTORY_CONFIG_MAP}`;
  if (answer.type === 'answer' && answer.status === 404) return { type: 'absent' };
  if (answer.type === 'answer' && answer.status === 403)
    return { type: 'unusable', reason: `${where} may not be read: allow configmaps get there` };
  if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError(`read ${where}`, answer);
  const text = ConfigMap.safeParse(parseJson(answer.text)).data?.data[INVENTORY_KEY];
  if (text === undefined) return { type: 'unusable', reason: `${where} has no key ${INVENTORY_KEY}` };
  // Loaded only where there is a record to parse.
  const { parseInventory } = await import('../inventory/inventory-yaml.ts');
  const reading = parseInventory(text);
  return reading.type === 'unusable' ? { ...reading, reason: `${where}: ${reading.reason}` } : reading;
}
