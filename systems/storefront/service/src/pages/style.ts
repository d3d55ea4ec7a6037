import { createHash } from 'node:crypto';

/** The one style sheet: phones first, dark where the reader likes it dark, no script and no font to wait for. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#faf8f5, #16181c); --card: light-dark(#fff, #20242a); --ink: light-dark(#1f2328, #eceae6);
  --soft: light-dark(#666d75, #a3a9b0); --line: light-dark(#e6e1d9, #343a42); --accent: light-dark(#0b6e5f, #4cc2ad);
  --on-accent: light-dark(#fff, #06231e); --warn: light-dark(#a3370f, #ff9a73); --warn-ground: light-dark(#fdeee6, #3a241b);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
a { color: var(--accent); }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.05rem; line-height: 1.3; margin: 0; }
p { margin: 0 0 1rem; }
header { position: sticky; top: 0; z-index: 1; background: var(--card); border-bottom: 1px solid var(--line); }
header > div, main, footer { max-width: 62rem; margin: 0 auto; padding: .75rem 1rem; }
header > div { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
header a { text-decoration: none; color: inherit; padding: .4rem 0; }
header .brand { font-weight: 700; letter-spacing: -.01em; margin-right: auto; }
header .brand::before { content: ""; display: inline-block; width: .7em; height: .7em; margin-right: .45em; border-radius: 50%; background: var(--accent); }
main { padding-top: 1.5rem; min-height: 70vh; }
footer { color: var(--soft); font-size: .875rem; border-top: 1px solid var(--line); padding-bottom: 2rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem; }
.grid { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; position: relative; display: flex; flex-direction: column; }
.card > div:last-child { padding: .75rem; display: flex; flex-direction: column; gap: .2rem; flex: 1; }
.card h2 a { color: inherit; text-decoration: none; } .card h2 a::after { content: ""; position: absolute; inset: 0; }
.card:focus-within, .card:hover { border-color: var(--accent); }
.art { aspect-ratio: 4/3; display: grid; place-items: center; font-size: 2.75rem; font-weight: 700; color: rgb(255 255 255 / .9); }
.product .art { border-radius: .75rem; font-size: 6rem; }
.tint-0 { background: linear-gradient(135deg, #e0833a, #b3472c); } .tint-1 { background: linear-gradient(135deg, #4d8f84, #1f5b58); }
.tint-2 { background: linear-gradient(135deg, #6f7fb8, #3b4a86); } .tint-3 { background: linear-gradient(135deg, #a9728f, #6c3d62); }
.tint-4 { background: linear-gradient(135deg, #8a9a5b, #4f6230); }
.price { font-weight: 650; font-variant-numeric: tabular-nums; }
.soft { color: var(--soft); font-size: .9rem; } .warn { color: var(--warn); font-weight: 600; }
.notice { border: 1px solid var(--line); border-left: .3rem solid var(--accent); border-radius: .5rem; background: var(--card); padding: .8rem 1rem; margin: 0 0 1.25rem; }
.notice.bad { border-left-color: var(--warn); background: var(--warn-ground); }
.filters { display: flex; gap: .5rem; overflow-x: auto; padding: 0 0 1rem; margin: 0; list-style: none; }
.filters a { display: block; white-space: nowrap; padding: .35rem .85rem; border: 1px solid var(--line); border-radius: 99rem; text-decoration: none; color: inherit; background: var(--card); }
.filters a[aria-current] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.product { display: grid; gap: 1.5rem; } @media (min-width: 44rem) { .product { grid-template-columns: 1fr 1fr; } }
form { margin: 0; } label { display: block; font-weight: 600; margin-bottom: 1rem; }
input, select { display: block; width: 100%; margin-top: .25rem; padding: .7rem .8rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
button, .button { display: inline-block; padding: .75rem 1.4rem; font: inherit; font-weight: 650; border: 0; border-radius: .5rem; background: var(--accent); color: var(--on-accent); cursor: pointer; text-decoration: none; text-align: center; }
button.plain { background: none; color: var(--accent); padding: .4rem 0; font-weight: 500; text-decoration: underline; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.narrow { max-width: 26rem; } .narrow button, .wide { width: 100%; }
.lines { list-style: none; margin: 0 0 1rem; padding: 0; border-top: 1px solid var(--line); }
.lines li { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .9rem 0; border-bottom: 1px solid var(--line); }
.lines .what { flex: 1 1 12rem; } .lines form { display: flex; gap: .5rem; align-items: center; } .lines select { width: 4.5rem; margin: 0; padding: .45rem; }
.sum { display: flex; justify-content: space-between; font-size: 1.2rem; font-weight: 650; margin-bottom: 1rem; font-variant-numeric: tabular-nums; }
`;

/** The name of this version of it: a browser may keep it for ever. */
export const styleName = `style-${createHash('sha256').update(style).digest('hex').slice(0, 12)}.css`;
