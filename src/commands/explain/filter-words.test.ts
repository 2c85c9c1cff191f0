import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { scene } from '../../../test/fixtures/draw.ts';
import { process } from '../../../test/support/render.ts';
import { inScope } from '../../../test/support/vips.ts';
import { FILTERS } from '../../imaging/filters/registry.ts';
import { argumentNotes, FILTER_WORDS } from './filter-words.ts';

const SOURCE = inScope((scope) => scene(scope, 60, 40).pngsaveBuffer());
const LOGO = inScope((scope) => scene(scope, 20, 20).pngsaveBuffer());

describe('FILTER_WORDS', () => {
  it('has every filter that runs and every one in the documentation, and no other', async () => {
    for (const name of FILTERS.keys()) assert.equal(FILTER_WORDS.get(name)?.when, 'pixels', name);
    const page = await readFile(new URL('../../../../docs/filters.md', import.meta.url), 'utf8');
    const written = new Set([...page.matchAll(/`(\w+)\(/g)].map(([, name]) => name));
    for (const name of written) assert.ok(FILTER_WORDS.has(name ?? ''), name);
    for (const [name, { when }] of FILTER_WORDS) {
      assert.equal(FILTERS.has(name), when === 'pixels', name);
      if (name !== 'fallback_format') assert.ok(written.has(name), `${name} is not in docs/filters.md`);
    }
  });
});

describe('argumentNotes', () => {
  // what it says of the first is true where both make the same picture
  const SAME: readonly (readonly [filter: string, note: RegExp, same: string])[] = [
    ['blur(1,900)', /900 is held at 250/, 'blur(1,250)'],
    ['blur(much)', /much is no number and counts as 0/, 'blur(0)'],
    ['blur(1,2,3)', /does nothing with 3 arguments; it takes 1 or 2/, ''],
    ['contrast(900)', /900 is held at 100/, 'contrast(100)'],
    ['proportion(250)', /held at 100/, 'proportion(100)'],
    ['crop(1,2,3)', /does nothing with 3 arguments; it takes 4/, ''],
    ['rgb(1,2)', /does nothing/, ''],
    ['modulate(1,2,3,4)', /does nothing/, ''],
    ['padding(red)', /does nothing/, ''],
    ['padding(nocolor,5,5)', /nocolor is no colour and counts as black/, 'padding(000,5,5)'],
    ['padding(red,5,x)', /x is no whole number and counts as 0/, 'padding(red,5,0)'],
    ['padding(red,1,2,3,4,5)', /does nothing|one too many/, 'padding(red,1,2,3,4)'],
    ['fill(nocolor)', /counts as black/, 'fill(000)'],
    ['rotate(45)', /45 turns nothing/, 'rotate(0)'],
    ['orient(45)', /45 turns nothing/, 'rotate(0)'],
    ['grayscale(1)', /1 is one too many and is ignored/, 'grayscale()'],
    ['pixelate(-3)', /-3 is not above 0 and is ignored/, 'pixelate()'],
    ['hue(1.2.3)', /is no number and counts as 0/, 'hue(0)'],
    ['image(logo,1,1,0,funny)', /funny is no blend mode and counts as normal/, 'image(logo,1,1,0,normal)'],
    ['watermark(logo,1,1,900)', /900 is held at 100/, 'watermark(logo,1,1,100)'],
    ['round_corner(a)', /counts as 0/, 'round_corner(0)'],
    ['format(tga)', /tga is no format/, ''],
    ['format(jpeg):quality(900)', /900 is not from 1 to 100/, 'format(jpeg)'],
    ['format(jpeg):quality(80,1)', /80,1 is not from 1 to 100/, 'format(jpeg)'],
    ['compression(10)', /10 is not from 1 to 9/, ''],
    ['bitdepth(3)', /3 is not 1, 2, 4, 8 or 16/, ''],
    ['max_bytes(-1)', /not above 0/, ''],
    ['page(0)', /not above 0/, ''],
    ['stretch(1)', /1 is one too many/, 'stretch()'],
  ];
  for (const [filter, note, same] of SAME) {
    it(`tells the truth about ${filter}`, () => {
      const [, name = '', args = ''] = /(\w+)\(([^()]*)\)$/.exec(filter) ?? [];
      assert.match(argumentNotes(name, args).join(), note);
      const make = (text: string) =>
        process(`50x30/filters:${text || 'nothing()'}`, SOURCE, { images: { logo: LOGO } });
      assert.deepEqual(make(filter), make(same));
    });
  }

  it('has nothing to say about what is as it should be', () => {
    for (const [name, args] of [
      ['blur', '3'],
      ['fill', 'blur'],
      ['fill', 'auto'],
      ['watermark', 'logo.png,-10,center,50,none,20'],
      ['image', 'fit-in/9x9/a.png,0.5,10p,0,multiply'],
      ['text', 'Hello,10,10,sans-20,ff0000,0,normal,f-20,high,true,word,2,72'],
      ['focal', '10x20:30x40'],
      ['label', 'Hello,10,10,20,red,50,monospace'],
      ['expire', '9999999999999'],
      ['quality', '80'],
      ['padding', 'red,1,2,3,4'],
      ['trim', '10,bottom-right'],
    ] as const)
      assert.deepEqual(argumentNotes(name, args), [], `${name}(${args})`);
  });
});
