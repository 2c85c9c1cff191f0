import { once } from 'node:events';
import { composeSigner } from '../config/compose-signer.ts';
import { ConfigError } from '../config/config-error.ts';
import type { CommandInput } from './command.ts';
import { signTarget } from './sign-target.ts';
import { readTargets } from './targets.ts';

/** `imagor sign`: prints each path or URL with its signature. */
export async function sign(input: CommandInput): Promise<number> {
  const { config, warnings, stdout, stderr } = input;
  const signer = composeSigner(config);
  if (!signer) throw new ConfigError([noSecret(config.imagorUnsafe), ...warnings]);
  for await (const line of readTargets(input)) {
    const { signed, notes } = signTarget(line, signer, config.serverPathPrefix);
    for (const note of notes) stderr.write(`imagor: ${note}\n`);
    if (!stdout.write(`${signed}\n`)) await once(stdout, 'drain');
  }
  return 0;
}

function noSecret(isUnsafe: boolean): string {
  const advice = 'No secret to sign with: set IMAGOR_SECRET, or IMAGOR_SECRETS, to what the server has.';
  return isUnsafe ? `${advice} With IMAGOR_UNSAFE alone, write unsafe/ where the signature would be.` : advice;
}
