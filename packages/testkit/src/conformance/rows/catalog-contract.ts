import type { Row } from './row.ts';

const reason = 'what the service answers is in no template';
const contract = ['systems/catalog/service/test/contract.test.ts'];

/** The service's HTTP contract: shown on the service itself. */
export const CONTRACT: readonly Row[] = [
  {
    id: 'catalog/http-health',
    requirement:
      '`GET /health`: 200 `{"status":"healthy","service","version"}`; 503 `unhealthy` while shutting down. A slow or lost database must not make every task unhealthy at once.',
    expectations: [],
    shownBy: [
      { what: 'the answers', reason, tests: contract },
      {
        what: '503 while shutting down; a lost database makes no task unhealthy',
        reason,
        tests: [
          'systems/catalog/service/test/stopping.test.ts',
          'systems/catalog/service/test/database.test.ts',
        ],
      },
    ],
  },
  {
    id: 'catalog/http-list',
    requirement:
      '`GET /api/products`: 200 `{"products":[…],"count":n}`; `?category=`, `?q=`, `?limit=` (1–100, default 50), `?cursor=`; `next` when there is more.',
    expectations: [],
    shownBy: [{ what: 'the answers', reason, tests: contract }],
  },
  {
    id: 'catalog/http-read',
    requirement:
      '`GET /api/products/:id`: 200 one product; 404 `{"error":"Product not found"}`; 400 for an id that is no positive integer.',
    expectations: [],
    shownBy: [{ what: 'the answers', reason, tests: contract }],
  },
  {
    id: 'catalog/http-create',
    requirement:
      '`POST /api/products`: 201 with the stored product and `Location`; 400 `{"error":"Missing required fields"}`; other bad input 400 with field and rule; `category` defaults to `General`; price exact to the cent.',
    expectations: [],
    shownBy: [
      {
        what: 'the answers',
        reason,
        tests: [
          ...contract,
          'systems/catalog/service/test/bad-body.test.ts',
          'systems/catalog/service/src/products/price.test.ts',
        ],
      },
    ],
  },
  {
    id: 'catalog/http-change',
    requirement: '`PUT`/`DELETE /api/products/:id`: as users expect of a catalogue.',
    expectations: [],
    shownBy: [{ what: 'the answers', reason, tests: contract }],
  },
  {
    id: 'catalog/http-info',
    requirement:
      '`GET /api/info`: `{"service","version","region","database":{…}}`, without giving a stranger the database’s address.',
    expectations: [],
    shownBy: [{ what: 'the answers', reason, tests: contract }],
  },
];
