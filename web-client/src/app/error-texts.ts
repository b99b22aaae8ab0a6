import { ParleyError } from '../sdk/index.js';
import type { StringKey, Translate } from './i18n/index.js';

const JOIN_ERRORS: Readonly<Record<string, StringKey>> = {
  'server-unreachable': 'error.server-unreachable',
  'connection-lost': 'error.server-unreachable',
  timeout: 'error.server-unreachable',
  'participant-limit': 'error.room-full',
  'room-limit': 'error.server-full',
  overloaded: 'error.overloaded',
  'rate-limited': 'error.overloaded',
  unauthorized: 'error.unauthorized',
  'origin-refused': 'error.unauthorized',
  'unsupported-browser': 'error.unsupported-browser',
  'bad-request': 'error.bad-name',
  'track-limit': 'error.track-limit',
  'native-limit': 'error.native-limit',
  'native-unavailable': 'error.native-unavailable',
  replaced: 'error.replaced',
  kicked: 'error.kicked',
  removed: 'error.kicked',
  'room-closed': 'error.room-closed',
  closed: 'error.room-closed',
};

/** Why joining failed or the call ended, for people. */
export function callErrorText(error: unknown, t: Translate): string {
  const code = error instanceof ParleyError ? error.code : 'internal';
  const key = Object.hasOwn(JOIN_ERRORS, code) ? JOIN_ERRORS[code] : undefined;
  return key ? t(key) : t('error.other', { code });
}

/** Why a device cannot be used, for people; null when it was their own choice. */
export function deviceErrorText(device: 'microphone' | 'camera' | 'screen', error: unknown, t: Translate): string | null {
  const code = error instanceof ParleyError ? error.code : 'capture-failed';
  if (code === 'capture-cancelled') return null;
  if (code === 'insecure-context') return t('device.insecure');
  if (code === 'track-limit') return t('error.track-limit');
  if (device === 'screen') {
    return t(code === 'unsupported-browser' ? 'device.screen.unsupported' : 'device.screen.failed');
  }
  const reason = TOLD_APART.find((candidate) => candidate === code) ?? 'failed';
  return t(`device.${device}.${reason}`);
}

const TOLD_APART = ['permission-denied', 'device-not-found', 'device-in-use'] as const;
