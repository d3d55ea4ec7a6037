import { defineSystem } from './define-system.ts';
import { auroraPostgres, existingSecret, generatedSecret, postgres, table } from './stores.ts';

const base = { name: 'hello', region: 'eu-south-1' } as const;
const stores = { products: auroraPostgres(), sessions: table({ partitionKey: 'id' }) } as const;

// The smallest useful definition.
defineSystem({ name: 'hello', region: 'eu-south-1', services: { web: { image: './web', routes: ['/*'] } } });

// Names are inferred from the keys, whichever form names them.
defineSystem({
  ...base,
  stores,
  services: {
    web: { image: './web', uses: ['products', 'sessions'], calls: ['mail'] },
    mail: { image: './mail', uses: { sessions: { access: 'read', prefix: 'S' } } },
  },
  environments: {
    prod: {
      protect: true,
      stores: { products: { capacity: '1-8 ACU' } },
      services: { web: { scaling: { tasks: [4, 20] } } },
    },
  },
});

defineSystem({
  ...base,
  stores,
  services: {
    web: {
      image: './web',
      // @ts-expect-error There is no store named 'prodcts'. Stores: products, sessions.
      uses: ['prodcts'],
      // @ts-expect-error There is no service named 'mial'. Services: mail, web.
      calls: ['mial'],
    },
    mail: {
      image: './mail',
      // @ts-expect-error the object form knows the stores too
      uses: { sesions: true },
    },
  },
});

defineSystem({
  ...base,
  services: {
    web: {
      image: './web',
      // @ts-expect-error There is no store named 'products'. There are no stores.
      uses: ['products'],
    },
  },
});

// Unknown options are refused at any depth.
defineSystem({
  ...base,
  // @ts-expect-error 'nework' is no option
  nework: { zones: 3 },
  services: { web: { image: './web' } },
});
defineSystem({
  ...base,
  network: {
    subnets: {
      // @ts-expect-error 'privat' is no tier
      privat: true,
    },
  },
  services: {
    web: {
      image: './web',
      health: {
        path: '/health',
        // @ts-expect-error did you mean 'interval'?
        intervall: '30 s',
      },
      deployment: {
        canary: {
          // @ts-expect-error 'percentage' is no option
          percentage: 10,
        },
      },
    },
  },
});
defineSystem({
  ...base,
  services: { web: { image: './web' } },
  environments: {
    prod: {
      services: {
        web: {
          scaling: {
            // @ts-expect-error did you mean 'tasks'?
            taks: [2, 10],
          },
        },
      },
    },
  },
});
defineSystem({
  ...base,
  services: { web: { image: './web' } },
  environments: {
    prod: {
      services: {
        // @ts-expect-error overrides name services that exist
        wbe: { port: 1 },
      },
    },
  },
});

defineSystem({
  ...base,
  services: {
    web: {
      image: './web',
      // @ts-expect-error did you mean 'port'?
      prt: 3000,
    },
  },
});

// Units are visible and checked.
defineSystem({
  ...base,
  services: {
    web: {
      image: './web',
      health: {
        // @ts-expect-error a duration has a unit
        interval: '30',
        // @ts-expect-error a number alone could be anything
        timeout: 5,
      },
      // @ts-expect-error Fargate has no task of 256 CPU units and 4096 MiB
      size: { cpu: 256, memory: 4096 },
    },
  },
});
defineSystem({
  ...base,
  services: {
    web: {
      image: './web',
      // @ts-expect-error a path begins with a slash
      routes: ['api'],
      // @ts-expect-error two numbers: minimum and maximum
      scaling: { tasks: [1, 2, 3] },
    },
  },
});

// @ts-expect-error the Region has to be one that Breakwater knows
defineSystem({ name: 'hello', region: 'eu-south-9', services: { web: { image: './web' } } });
defineSystem({
  ...base,
  // @ts-expect-error a pattern without {env} would give every environment the same names
  naming: '{type}-{purpose}',
  services: { web: { image: './web' } },
});
// @ts-expect-error an image is needed
defineSystem({ ...base, services: { web: { port: 3000 } } });

// @ts-expect-error capacity has a unit
auroraPostgres({ capacity: '0.5-2' });
// @ts-expect-error plain PostgreSQL has no readers
postgres({ readers: 1 });
// @ts-expect-error a table has a partition key
table({});
// @ts-expect-error rotation is a duration
generatedSecret({ rotate: 30 });
// @ts-expect-error fields are a list
existingSecret('shop', 'username');
