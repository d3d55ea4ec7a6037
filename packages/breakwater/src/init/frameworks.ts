/** Ports that servers listen on when nothing else is said, by the name of the dependency. The first that fits wins. */
export const FRAMEWORK_PORTS: readonly (readonly [dependency: string, name: string, port: number])[] = [
  ['next', 'Next.js', 3000],
  ['nuxt', 'Nuxt', 3000],
  ['@nestjs/core', 'NestJS', 3000],
  ['@remix-run/serve', 'Remix', 3000],
  ['@strapi/strapi', 'Strapi', 1337],
  ['astro', 'Astro', 4321],
  ['vite', 'Vite', 5173],
  ['fastify', 'Fastify', 3000],
  ['express', 'Express', 3000],
  ['koa', 'Koa', 3000],
  ['@hono/node-server', 'Hono', 3000],
  ['hono', 'Hono', 3000],
  ['flask', 'Flask', 5000],
  ['fastapi', 'FastAPI', 8000],
  ['uvicorn', 'Uvicorn', 8000],
  ['django', 'Django', 8000],
  ['gunicorn', 'Gunicorn', 8000],
  ['rails', 'Rails', 3000],
  ['sinatra', 'Sinatra', 4567],
  ['spring-boot', 'Spring Boot', 8080],
  ['gin-gonic/gin', 'Gin', 8080],
];

/** Files that list dependencies beside package.json. */
export const DEPENDENCY_FILES = [
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'Gemfile',
  'go.mod',
  'pom.xml',
  'build.gradle',
];
