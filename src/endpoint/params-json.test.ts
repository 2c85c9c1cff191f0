import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_PARAMS } from './params.ts';
import { paramsJson } from './params-json.ts';
import { parse } from './parse.ts';

test('answers with imagor’s names in imagor’s order', () => {
  const path = 'meta/trim:3/1x2:3x4/adaptive-full-fit-in/stretch/-5x-6/7x8/left/top/smart/filters:a(b):c()/b64:Zm9v';
  assert.equal(
    JSON.stringify(paramsJson({ ...parse(`params/unsafe/${path}`), hash: 'h' })),
    `{"path":"${path}","image":"foo","base64_image":true,"unsafe":true,"hash":"h","meta":true,"trim":true,` +
      '"trim_by":"top-left","trim_tolerance":3,"crop_left":1,"crop_top":2,"crop_right":3,"crop_bottom":4,' +
      '"fit_in":true,"adaptive_fit_in":true,"full_fit_in":true,"stretch":true,"width":5,"height":6,' +
      '"padding_left":7,"padding_top":8,"padding_right":7,"padding_bottom":8,"h_flip":true,"v_flip":true,' +
      '"h_align":"left","v_align":"top","smart":true,"filters":[{"name":"a","args":"b"},{"name":"c"}]}',
  );
});

test('leaves out what is empty', () => {
  assert.deepEqual(paramsJson(NO_PARAMS), {});
  assert.deepEqual(paramsJson(parse('params/filters:a:b()/')), {
    path: 'filters:a:b()/',
    filters: [{}, { name: 'b' }],
  });
});
