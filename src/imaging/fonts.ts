import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ensurePrivateDirectory,
  makePrivateDirectory,
  removeAbandonedDirectories,
  removePrivateDirectory,
} from './private-directory.ts';

// The libvips that npm installs has Pango and fontconfig inside, but no font. Fontconfig asks for the machine's own
// configuration, which small containers do not have, and Pango then draws a box for every letter. So workers get a
// configuration that always has letters.

/** Where to look for fonts. */
export interface FontOptions {
  /** A folder of fonts that are there beside the machine's; undefined for none. */
  readonly folder?: string | undefined;
  /** The machine's own configuration, which need not be there. */
  readonly systemConfiguration?: string;
  /** Where to write, best first; the folder for temporary files and shared memory by default. */
  readonly places?: readonly string[];
}

/** A fontconfig file for as long as a server runs. */
export interface FontConfiguration {
  /** What the environment of a worker has to hold. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Writes the file again where a cleaner of temporary files has removed it: before each start of a worker, and before
   * each job, for fontconfig reads it with the first letter that is drawn.
   */
  ensure(): Promise<void>;
  /** Removes the file. */
  remove(): Promise<void>;
}

/** DejaVu: sans, serif and monospace in Latin, Greek, Cyrillic, Arabic and more. */
const FONT_PACKAGE = 'dejavu-fonts-ttf/package.json';

const SYSTEM_CONFIGURATION = '/etc/fonts/fonts.conf';

/** Containers with a read-only root have the second one all the same. */
const PLACES = [tmpdir(), '/dev/shm'];

/** What stands for the families that every URL may name, where the machine has no opinion. */
const GENERIC_FAMILIES: readonly (readonly [generic: string, font: string])[] = [
  ['sans', 'DejaVu Sans'],
  ['sans-serif', 'DejaVu Sans'],
  ['serif', 'DejaVu Serif'],
  ['monospace', 'DejaVu Sans Mono'],
];

/**
 * Writes a fontconfig file that names the machine's fonts, those of `folder`, and those that came with the server; and
 * removes the files of servers that were killed.
 *
 * @throws Error with one sentence when `folder` is none, or when there is nowhere to write.
 */
export async function writeFontConfiguration(options: FontOptions = {}): Promise<FontConfiguration> {
  const { folder, systemConfiguration = SYSTEM_CONFIGURATION, places = PLACES } = options;
  if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`there is no folder of fonts at ${folder}`);
  }
  const folders = [...(folder === undefined ? [] : [path.resolve(folder)]), ...bundledFonts()];
  await removeAbandonedDirectories('fonts', places);
  return writeSomewhere(places, (directory) =>
    fontConfiguration(folders, systemConfiguration, path.join(directory, 'cache')),
  );
}

async function writeSomewhere(
  places: readonly string[],
  textFor: (directory: string) => string,
): Promise<FontConfiguration> {
  let failure: unknown;
  for (const place of places) {
    try {
      return await writeIn(await makePrivateDirectory('fonts', place), textFor);
    } catch (error) {
      failure ??= error;
    }
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new Error(
    `there is nowhere to write the fonts' configuration (${reason}): let the server write to /tmp, or set TMPDIR`,
  );
}

/** @throws Error of the file system; the directory is gone then. */
async function writeIn(directory: string, textFor: (directory: string) => string): Promise<FontConfiguration> {
  const file = path.join(directory, 'fonts.conf');
  const text = textFor(directory);
  const write = async (): Promise<void> => {
    // whole at once, for the worker that another call lets start meanwhile
    const part = `${file}.${randomUUID()}`;
    await writeFile(part, text);
    await rename(part, file);
  };
  const remove = (): Promise<void> => removePrivateDirectory(directory);
  try {
    await write();
  } catch (error) {
    await remove(); // of a disk that is full
    throw error;
  }
  return {
    env: { FONTCONFIG_FILE: file },
    async ensure() {
      if (existsSync(file)) return;
      await ensurePrivateDirectory(directory);
      await write();
    },
    remove,
  };
}

/** The folder of the fonts that npm installed along; none where the package was left out. */
function bundledFonts(): string[] {
  try {
    return [path.join(path.dirname(createRequire(import.meta.url).resolve(FONT_PACKAGE)), 'ttf')];
  } catch {
    return []; // the machine's fonts, or those of `folder`, have to do
  }
}

/** https://www.freedesktop.org/software/fontconfig/fontconfig-user.html; what comes first is preferred. */
function fontConfiguration(folders: readonly string[], systemConfiguration: string, cacheFolder: string): string {
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    '<fontconfig>',
    `<cachedir>${escapeXml(cacheFolder)}</cachedir>`, // the first one that can be written to is used
    `<include ignore_missing="yes">${escapeXml(systemConfiguration)}</include>`,
    ...folders.map((folder) => `<dir>${escapeXml(folder)}</dir>`),
    ...GENERIC_FAMILIES.map(
      ([generic, font]) => `<alias><family>${generic}</family><prefer><family>${font}</family></prefer></alias>`,
    ),
    '<match><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>', // for unknown names
    '</fontconfig>',
    '',
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
