import { expect, test } from 'vitest';
import { readFlatOutputs } from './outputs.ts';

test('outputs are read from the flat object and from the list of CloudFormation alike', () => {
  const flat = { LoadBalancerUrl: 'http://a', VpcId: 'vpc-1' };
  expect(readFlatOutputs(JSON.stringify(flat))).toEqual(flat);
  const list = Object.entries(flat).map(([OutputKey, OutputValue]) => ({
    OutputKey,
    OutputValue,
    Description: 'x',
  }));
  expect(readFlatOutputs(JSON.stringify(list))).toEqual(flat);
});

test.each([
  ['nothing', '', 'The outputs are not JSON'],
  ['a text', '"x"', 'The outputs are neither an object nor a list'],
  [
    'the outputs by stack, as `cdk deploy --outputs-file` writes them',
    '{"stack":{"a":"b"}}',
    'The output stack is not a text',
  ],
  ['a list of something else', '[{"Key":"a"}]', 'Entry 0 of the outputs has no OutputKey and OutputValue'],
])('%s is refused', (_what, text, message) => {
  expect(() => readFlatOutputs(text)).toThrow(message);
});
