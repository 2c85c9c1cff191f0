import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type FontOptions, writeFontConfiguration } from './fonts.ts';

const MEASURE = fileURLToPath(new URL('../../test/support/measure-text.js', import.meta.url));
const NO_MACHINE = { systemConfiguration: '/no/such/fonts.conf' };

/** Widths of texts in pixels, as a process sees them that starts with these fonts: fontconfig looks once. */
async function measure(options: FontOptions, ...texts: readonly (readonly [text: string, font: string])[]) {
  const fonts = await writeFontConfiguration(options);
  const env = { ...fonts.env, VIPS_WARNING: '0' };
  const { stdout } = await promisify(execFile)(process.execPath, [MEASURE, JSON.stringify(texts)], { env });
  await fonts.remove();
  return JSON.parse(stdout) as number[];
}

describe('writeFontConfiguration', () => {
  it('has letters, of three families, on a machine without any', async () => {
    const [thin = 0, wide = 0, monoThin = 0, monoWide = 0, serif = 0, other = 0, greek = 0] = await measure(
      NO_MACHINE,
      ['iiiiiiii', 'sans 20'],
      ['mmmmmmmm', 'sans 20'],
      ['iiiiiiii', 'monospace 20'],
      ['mmmmmmmm', 'monospace 20'],
      ['mmmmmmmm', 'serif 20'],
      ['mmmmmmmm', 'No Such Font 20'],
      ['ωωωωωωωω', 'sans 20'],
    );
    assert.ok(wide > 2 * thin, 'boxes in place of letters are all of one width');
    assert.ok(Math.abs(monoThin - monoWide) < 12);
    assert.notEqual(serif, wide);
    assert.equal(other, wide);
    assert.notEqual(greek, wide);
  });

  it('keeps to the machine where there is something', async () => {
    if (!existsSync('/etc/fonts/fonts.conf')) return;
    const [wide = 0, thin = 0] = await measure({}, ['mmmmmmmm', 'sans 20'], ['iiiiiiii', 'sans 20']);
    assert.ok(wide > 2 * thin);
  });

  it('writes where it can, and says what to do where it cannot', async () => {
    const fonts = await writeFontConfiguration({ ...NO_MACHINE, places: ['/no/such/place', tmpdir()] });
    assert.ok(fonts.env['FONTCONFIG_FILE']?.startsWith(tmpdir()));
    await fonts.remove();
    await assert.rejects(writeFontConfiguration({ places: ['/no/such/place'] }), /ENOENT.*set TMPDIR/);
  });

  it('takes its file away again', async () => {
    const fonts = await writeFontConfiguration(NO_MACHINE);
    const file = fonts.env['FONTCONFIG_FILE'] ?? '';
    assert.ok(existsSync(file));
    await fonts.remove();
    assert.ok(!existsSync(path.dirname(file)));
  });

  it('writes it again when a cleaner has taken it away', async () => {
    const fonts = await writeFontConfiguration(NO_MACHINE);
    const file = fonts.env['FONTCONFIG_FILE'] ?? '';
    const text = await readFile(file, 'utf8');
    for (const taken of [file, path.dirname(file)]) {
      await rm(taken, { recursive: true });
      await Promise.all([fonts.ensure(), fonts.ensure()]);
      assert.equal(await readFile(file, 'utf8'), text);
      assert.deepEqual(await readdir(path.dirname(file)), ['fonts.conf']);
    }
    await fonts.remove();
  });

  it('takes away what a killed server has left', async () => {
    const place = await mkdtemp(path.join(tmpdir(), 'font-places-'));
    const options = JSON.stringify({ ...NO_MACHINE, places: [place] });
    const url = new URL('./fonts.js', import.meta.url);
    const script = `(await import('${url}')).writeFontConfiguration(${options}).then(() => process.kill(process.pid, 'SIGKILL'))`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
    assert.equal(signal, 'SIGKILL');
    const [left = ''] = await readdir(place);
    const fonts = await writeFontConfiguration({ ...NO_MACHINE, places: [place] });
    const now = await readdir(place);
    assert.ok(left !== '' && now.length === 1 && !now.includes(left));
    await fonts.remove();
    await rm(place, { recursive: true });
  });

  it('says when the folder is none', async () => {
    await assert.rejects(writeFontConfiguration({ folder: '/no/such/folder' }), /no folder of fonts at/);
  });
});
