import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelSet } from '../../src/model/labels.ts';
import { createLabelReader } from '../../src/normalise/labelSets.ts';

const LABELS = ['k8s:app=web', 'k8s:io.kubernetes.pod.namespace=shop'];

describe('a label reader', () => {
  it('gives equal lists of one identity as one array', () => {
    const read = createLabelReader();
    expect(read([...LABELS], 20_001)).toBe(read([...LABELS], 20_001));
  });

  it('goes by the labels where one number stands for several sets', () => {
    const read = createLabelReader();
    read(['cidr:10.0.0.0/8', 'reserved:world'], 16_777_217);
    expect(read(['cidr:192.0.2.0/24', 'reserved:world'], 16_777_217)).toEqual([
      'cidr:192.0.2.0/24',
      'reserved:world',
    ]);
  });

  it('gives every list sorted and without duplicates, whatever came before it', () => {
    const lists = fc.array(
      fc.tuple(fc.array(fc.constantFrom('a:b', 'a:c=1', 'k8s:app=web', 'reserved:world')), fc.nat(3)),
    );
    fc.assert(
      fc.property(lists, (given) => {
        const read = createLabelReader();
        for (const [labels, identity] of given) expect(read(labels, identity)).toEqual(labelSet(labels));
      }),
    );
  });
});
