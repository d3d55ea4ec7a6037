import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, test } from 'vitest';
import { describedAnswers, inspect } from '../src/inspect/index.ts';

const options = { answers: describedAnswers({ account: null }), patience: 200 };
const bucket = (name: string, args: aws.s3.BucketArgs = {}) => new aws.s3.Bucket(name, args);
const boom = (): never => {
  throw new Error('seeded');
};

describe('an inspection fails with a program that', () => {
  test('does not wait for an output that fails', async () => {
    const program = async () => {
      pulumi.output(Promise.reject(new Error('seeded')));
      return {};
    };
    await expect(inspect(program, options)).rejects.toThrow('seeded');
  });

  test('throws in what it applies to an output', async () => {
    const program = async () => {
      bucket('a').arn.apply(boom);
      return {};
    };
    await expect(inspect(program, options)).rejects.toThrow('seeded');
  });

  test('gives a resource an output that fails', async () => {
    const program = async () => {
      bucket('a', { bucket: bucket('b').arn.apply(boom) });
      return {};
    };
    await expect(inspect(program, options)).rejects.toThrow('seeded');
  });

  test('waits for an output that never gets a value', async () => {
    const program = async () => ({ url: pulumi.output(new Promise<string>(() => undefined)) });
    await expect(inspect(program, options)).rejects.toThrow('never gets a value');
  });

  test('puts an output into a text instead of waiting for its value', async () => {
    const program = async () => {
      // What a template literal makes of an output.
      bucket('a', { bucket: `copy-of-${String(bucket('b').bucket)}` });
      return { url: `https://${String(bucket('c').arn)}` };
    };
    await expect(inspect(program, options)).rejects.toThrow('An output is used as text: a.bucket, url');
  });
});

test('an inspection has what is registered only once an output is known', async () => {
  const { registrations } = await inspect(async () => {
    bucket('first').arn.apply(() => {
      bucket('second').arn.apply(() => {
        bucket('third');
      });
    });
    return {};
  }, options);
  expect(registrations.map(({ name }) => name)).toEqual(expect.arrayContaining(['first', 'second', 'third']));
});
