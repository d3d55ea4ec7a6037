import { createHash } from 'node:crypto';

/**
 * The one style sheet: phones first, dark where the reader likes it dark, no script and no font to wait for. Text has a contrast of
 * 4.5 to 1 or more, and what is pressed is at least 44 pixels high.
 */
export const style = `
:root {
  color-scheme: light;
  --ground: #faf8f5; --card: #fff; --ink: #1f2328; --soft: #5d646c; --line: #e3ddd3; --edge: #8b8478;
  --accent: #0b6e5f; --accent-deep: #08574b; --on-accent: #fff; --warn: #9c340e; --warn-ground: #fdeee6; --good-ground: #e6f3ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #16181c; --card: #20242a; --ink: #eceae6; --soft: #a9afb6; --line: #343a42; --edge: #7d848c;
    --accent: #4cc2ad; --accent-deep: #6ad3c0; --on-accent: #06231e; --warn: #ff9a73; --warn-ground: #3a241b; --good-ground: #17302b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
a { color: var(--accent); text-underline-offset: .15em; } a:hover { color: var(--accent-deep); }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.015em; margin: 0 0 1rem; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
img { display: block; max-width: 100%; }
header { background: var(--card); border-bottom: 1px solid var(--line); }
header > div, main, footer > div { width: 100%; max-width: 66rem; margin: 0 auto; padding: 0 1rem; }
header > div { display: flex; align-items: center; gap: 0 .25rem; min-height: 3.75rem; padding-right: .4rem; }
header a, header button { display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 .6rem; text-decoration: none; color: inherit; font-weight: 500; white-space: nowrap; }
header .brand { font-weight: 750; font-size: 1.15rem; letter-spacing: -.02em; margin-right: auto; padding-left: 0; }
header .brand::before { content: ""; width: .8em; height: .8em; margin-right: .45em; border-radius: 50% 50% 50% 0; background: var(--accent); }
header a[aria-current] { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .4em; }
header button, header button:hover { background: none; color: var(--soft); font-weight: 500; }
main { flex: 1; padding-top: 1.75rem; padding-bottom: 3rem; }
footer { color: var(--soft); font-size: .875rem; border-top: 1px solid var(--line); } footer > div { padding-top: 1rem; padding-bottom: 1.5rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; z-index: 1; background: var(--card); padding: .75rem 1rem; border-radius: .5rem; }
.lead { color: var(--soft); font-size: 1.05rem; max-width: 40rem; margin-top: -.5rem; }
.grid { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(10.25rem, 1fr)); }
@media (min-width: 60rem) { .grid { gap: 1.25rem; grid-template-columns: repeat(4, 1fr); } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; overflow: hidden; position: relative; display: flex; flex-direction: column; }
.card > div:last-child { padding: .8rem .9rem 1rem; display: flex; flex-direction: column; gap: .15rem; flex: 1; }
.card h2 a { color: inherit; text-decoration: none; } .card h2 a::after { content: ""; position: absolute; inset: 0; border-radius: .9rem; }
.card h2 a:focus-visible { outline: none; } .card:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.card:hover { border-color: var(--edge); } .card:hover h2 a { text-decoration: underline; }
.card .price { margin-top: auto; padding-top: .35rem; }
.gone .art { filter: grayscale(1); opacity: .55; }
.art { aspect-ratio: 4/3; display: grid; place-items: center; padding: 7%; font-size: 2.75rem; font-weight: 700; color: #4a4036; }
.art img { width: 100%; height: 100%; object-fit: contain; }
.product .art { border-radius: .9rem; font-size: 6rem; } .thumb { width: 4.5rem; flex: none; padding: .3rem; border-radius: .6rem; font-size: 1.5rem; }
.tint-0 { background: #f5e2cd; } .tint-1 { background: #d7e7e1; } .tint-2 { background: #dee3f2; } .tint-3 { background: #efdfe3; } .tint-4 { background: #e5e8d2; }
.price { font-weight: 650; font-variant-numeric: tabular-nums; } .product .price { font-size: 1.4rem; margin-bottom: .25rem; }
.soft { color: var(--soft); font-size: .9rem; } .warn { color: var(--warn); font-weight: 600; font-size: .9rem; }
.notice { border: 1px solid var(--line); border-left: .3rem solid var(--accent); border-radius: .6rem; background: var(--good-ground); padding: .85rem 1rem; margin: 0 0 1.25rem; }
.notice.bad { border-left-color: var(--warn); background: var(--warn-ground); } .notice p:last-child { margin: 0; } .notice a { color: inherit; }
.search { display: flex; gap: .5rem; max-width: 30rem; margin-bottom: 1rem; } .search label { flex: 1; margin: 0; } .search input { margin: 0; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.filters { display: flex; gap: .5rem; overflow-x: auto; margin: 0 -1rem; padding: .25rem 1rem 1.25rem; list-style: none; scrollbar-width: none; }
.filters a { display: inline-flex; align-items: center; min-height: 2.75rem; white-space: nowrap; padding: 0 1.05rem; border: 1px solid var(--line); border-radius: 99rem; text-decoration: none; color: inherit; background: var(--card); }
.filters a:hover { border-color: var(--edge); } .filters a[aria-current] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }
.product { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; } @media (min-width: 44rem) { .product { grid-template-columns: 1.1fr 1fr; gap: 2.5rem; align-items: start; } }
.trail { font-size: .9rem; margin-bottom: .5rem; } .trail a { display: inline-flex; align-items: center; min-height: 2.75rem; margin: -.7rem 0; }
form { margin: 0; } label { display: block; font-weight: 600; margin-bottom: 1.1rem; } .hint { display: block; font-weight: 400; }
input, select { display: block; width: 100%; min-height: 2.9rem; margin-top: .3rem; padding: .6rem .8rem; font: inherit; font-weight: 400; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .55rem; }
input[aria-invalid] { border: 2px solid var(--warn); }
button, .button { display: inline-flex; align-items: center; justify-content: center; min-height: 3rem; padding: .6rem 1.5rem; font: inherit; font-weight: 650; border: 0; border-radius: .55rem; background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; text-align: center; }
button:hover, .button:hover { background: var(--accent-deep); color: var(--on-accent); }
button.plain { min-height: 2.75rem; background: none; color: var(--accent); padding: 0 .6rem; font-weight: 500; text-decoration: underline; text-underline-offset: .15em; } button.plain:hover { color: var(--accent-deep); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.narrow { max-width: 26rem; margin: 0 auto; } .narrow button, .wide { width: 100%; } .after { margin-top: 1.25rem; }
.after a, .more a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.basket { max-width: 46rem; margin: 0 auto; }
.lines { list-style: none; margin: 0 0 1rem; padding: 0; border-top: 1px solid var(--line); }
.lines > li { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; padding: .9rem 0; border-bottom: 1px solid var(--line); position: relative; }
.lines .what { flex: 1; min-width: 9rem; overflow-wrap: anywhere; } .lines .what > a:first-child { font-weight: 600; }
.lines .change { flex-basis: 100%; display: flex; align-items: center; gap: .5rem; }
.lines .change form { display: flex; align-items: center; } .lines .change form:last-child { margin-left: auto; } .lines select { width: 4.75rem; min-height: 2.75rem; margin: 0; padding: .4rem .6rem; } .lines .change form:last-child button { padding-right: 0; }
@media (min-width: 44rem) { .lines .change { flex-basis: auto; } .lines .change form:last-child { margin: 0; } .lines > li > .price { min-width: 6rem; text-align: right; order: 1; } }
.all { position: static; } .all::after { content: ""; position: absolute; inset: 0; }
.sum { display: flex; justify-content: space-between; font-size: 1.25rem; font-weight: 700; margin-bottom: 1.25rem; font-variant-numeric: tabular-nums; }
.blank { text-align: center; padding: 3rem 1rem; } .blank .art { width: 9rem; margin: 0 auto 1.25rem; border-radius: 50%; aspect-ratio: 1; padding: 1.5rem; }
`;

/** The name of this version of it: a browser may keep it for ever. */
export const styleName = `style-${createHash('sha256').update(style).digest('hex').slice(0, 12)}.css`;
