import type { Lifetime } from '../lifetime.ts';

/** Has this process see these variables of AWS and no others, until the test ends. */
export function setAwsEnvironment(test: Lifetime, variables: Readonly<Record<string, string>>): void {
  const { env } = process;
  const before = Object.entries(env).filter(([name]) => name.startsWith('AWS_'));
  const clear = (): void => {
    for (const name of Object.keys(env)) if (name.startsWith('AWS_')) delete env[name];
  };
  clear();
  Object.assign(env, variables);
  test.after(async () => {
    clear();
    Object.assign(env, Object.fromEntries(before));
  });
}
