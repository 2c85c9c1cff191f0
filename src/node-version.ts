/** The oldest that everything is tested on, as in package.json. */
const OLDEST = [20, 19] as const;

/**
 * What is wrong with a version of Node, for whoever starts the program.
 *
 * @param version As of `process.versions.node`.
 * @returns a sentence; undefined for a version that will do.
 */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld ? `this is Node ${version}; install Node ${OLDEST.join('.')} or newer.` : undefined;
}
