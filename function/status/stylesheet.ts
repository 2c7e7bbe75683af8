/**
 * The one stylesheet: light and dark, wide and narrow. Text has a contrast of at least 4.5 to 1 in both.
 */
export const stylesheet = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --text: #17202b; --soft: #55606e; --line: #d9dee5; --link: #0b57b0; --code: #eef1f5;
  --pass: #1a7f37; --fail: #c4161c; --doubt: #9a5b00; --run: #0b63c4; --wait: #7a3fc0; --stale: #6a5a00;
  --fail-back: #fdebec; --doubt-back: #fff3df; --wait-back: #f3eafd; --stale-back: #f8f2cf; --run-back: #e7f1fd;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f141a; --card: #171e26; --text: #e8edf3; --soft: #a3afbd; --line: #2c3641; --link: #7db8ff; --code: #222b35;
    --pass: #4cc46a; --fail: #ff8080; --doubt: #f0b454; --run: #74b3ff; --wait: #c9a2ff; --stale: #d9c558;
    --fail-back: #3a1a1d; --doubt-back: #36290f; --wait-back: #2b1f3d; --stale-back: #322d10; --run-back: #14273f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
ul, ol { list-style: none; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible, button:focus-visible, select:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code { font: .875em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.shapes { position: absolute; width: 0; height: 0; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.25rem; }
h1 { font-size: 1.5rem; }
h1 a { color: inherit; text-decoration: none; }
.asof, .verifier { color: var(--soft); }
.verifier { margin-left: auto; }
.verifier.down strong { color: var(--fail); }
.verifier.up strong { color: var(--pass); }
#refreshed { color: var(--fail); font-weight: 600; }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; margin: 1rem 0; }
.tile { display: flex; flex-direction: column; padding: .6rem .9rem; border: 1px solid var(--line); border-bottom: 5px solid var(--tone); border-radius: .6rem; background: var(--card); color: var(--text); text-decoration: none; }
.tile:hover .title { text-decoration: underline; }
.tile[aria-current] { outline: 3px solid var(--tone); }
.tile .number { font-size: 2.1rem; font-weight: 700; line-height: 1.1; color: var(--tone); font-variant-numeric: tabular-nums; }
.tile.zero { border-bottom-color: var(--line); }
.tile.zero .number { color: var(--soft); font-weight: 400; }
.failing { --tone: var(--fail); } .waiting { --tone: var(--wait); } .stale { --tone: var(--stale); }
.running { --tone: var(--run); } .ok { --tone: var(--pass); } .never { --tone: var(--soft); }
.headline { font-size: 1.15rem; padding: .6rem .9rem; border-radius: .6rem; background: var(--card); border: 1px solid var(--line); }
.headline.hit { background: var(--fail); border-color: var(--fail); color: #fff; font-weight: 600; }
@media (prefers-color-scheme: dark) { .headline.hit { color: #1d0608; } }
.chooser { display: flex; gap: .5rem; align-items: center; margin: .8rem 0 0; color: var(--soft); }
select, button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .25rem .6rem; }
.problems { margin: .8rem 0 0; padding: .6rem .9rem; border: 1px solid var(--doubt); border-radius: .6rem; background: var(--doubt-back); }
.empty { margin: 1rem 0; color: var(--soft); }
h2 { font-size: 1.05rem; }
section > h2, summary h2 { margin: 1.4rem 0 .5rem; }
section > h2::first-letter, summary h2::first-letter { text-transform: uppercase; }
summary { cursor: pointer; }
summary h2 { display: inline-block; }
.many { color: var(--soft); font-weight: 400; }
.row { background: var(--card); border: 1px solid var(--line); border-left: 6px solid var(--tone); border-radius: .6rem; padding: .7rem .9rem .75rem; margin: 0 0 .6rem; }
.row.ok:has(.users.hit) { --tone: var(--doubt); }
.rows .row { display: grid; grid-template-columns: 13.5rem 1fr; column-gap: 1.2rem; }
.rows .row > * { grid-column: 2; }
.rows .row > .head { grid-column: 1; grid-row: 1 / span 6; display: flex; flex-direction: column; align-items: flex-start; gap: .3rem; }
.badge { display: inline-flex; align-items: center; gap: .4rem; padding: .1rem .6rem; border-radius: 1rem; font-weight: 700; white-space: nowrap; color: var(--tint); background: var(--back); }
.badge.pass, .badge.flaky { --tint: var(--pass); --back: transparent; padding-left: 0; }
.badge.none { --tint: var(--soft); --back: transparent; padding-left: 0; }
.badge.fail { --tint: var(--fail); --back: var(--fail-back); } .badge.doubt { --tint: var(--doubt); --back: var(--doubt-back); }
.badge.run { --tint: var(--run); --back: var(--run-back); } .badge.waiting { --tint: var(--wait); --back: var(--wait-back); }
.badge.stale { --tint: var(--stale); --back: var(--stale-back); }
.blocked .badge { --tint: var(--doubt); --back: var(--doubt-back); }
.reason { color: var(--soft); overflow-wrap: anywhere; }
h3 { font-size: 1.1rem; }
.name { font-weight: 700; color: var(--text); overflow-wrap: anywhere; }
.namespace { font-weight: 400; color: var(--soft); }
.besides { color: var(--soft); font-weight: 400; font-size: .9rem; margin-left: .6rem; overflow-wrap: anywhere; }
.words { overflow-wrap: anywhere; margin: .15rem 0 .35rem; unicode-bidi: isolate; }
.users { margin: .2rem 0; overflow-wrap: anywhere; }
.users.hit { color: var(--fail); font-weight: 600; }
.label { display: inline-block; min-width: 3.2rem; margin-right: .3rem; color: var(--soft); font-weight: 400; font-size: .9rem; }
.gate code, dd code { display: block; margin: .25rem 0; padding: .45rem .6rem; background: var(--code); border-radius: .4rem; user-select: all; }
code span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
.foot { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.1rem; color: var(--soft); font-size: .9rem; margin-top: .3rem; }
.foot strong { color: var(--text); }
.foot time { font-variant-numeric: tabular-nums; }
.links { display: inline-flex; flex-wrap: wrap; gap: .2rem .9rem; overflow-wrap: anywhere; }
.lines { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
.line { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .9rem; padding: .5rem .9rem; }
.line + .line { border-top: 1px solid var(--line); }
.line .words { flex: 1 1 16rem; margin: 0; color: var(--soft); }
.line time { margin-left: auto; color: var(--soft); font-size: .9rem; }
.line .badge { min-width: 7.5rem; }
.strip { display: inline-flex; align-items: center; gap: .5rem; min-width: 9rem; }
.flakes { color: var(--doubt); }
.mark { width: 12px; height: 12px; flex: none; }
svg .pass, svg.pass { fill: var(--pass); stroke: var(--pass); color: var(--pass); } svg .flaky, svg.flaky { fill: var(--pass); stroke: var(--pass); }
svg .fail, svg.fail { fill: var(--fail); stroke: var(--fail); } svg .doubt, svg.doubt { fill: var(--doubt); stroke: var(--doubt); }
svg .run, svg.run { fill: var(--run); stroke: var(--run); } svg .none, svg.none { fill: var(--soft); stroke: var(--soft); }
symbol path, symbol circle { stroke-width: 0; }
symbol .stroke { fill: none; stroke-width: 2.6; stroke-linecap: round; }
symbol .ring { fill: none; stroke-width: 2.2; }
symbol .cut { fill: none; stroke: var(--card); stroke-width: 2; }
.path { margin: .8rem 0; color: var(--soft); overflow-wrap: anywhere; }
article.row { padding: 1rem 1.2rem 1.2rem; }
article.row h2 { font-size: 1.4rem; margin: .3rem 0; overflow-wrap: anywhere; }
article.row h3 { margin: 1.4rem 0 .5rem; }
article .head { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .8rem; color: var(--soft); }
.matter, .action { margin: .35rem 0; }
.facts { display: flex; flex-wrap: wrap; gap: .5rem 1.6rem; margin: .9rem 0 0; }
dt { color: var(--soft); font-size: .9rem; }
dd { overflow-wrap: anywhere; }
.bars { margin-top: 1.2rem; overflow-x: auto; }
.bars svg { display: block; max-width: 100%; height: auto; }
.bars rect { stroke: none; fill-opacity: .55; }
figcaption { color: var(--soft); font-size: .9rem; margin-top: .4rem; }
.runs li { padding: .6rem 0; border-top: 1px solid var(--line); }
@media (max-width: 44rem) {
  main { padding: .75rem .75rem 3rem; }
  .counts { grid-template-columns: repeat(3, 1fr); gap: .4rem; }
  .tile { padding: .4rem .6rem; }
  .tile .number { font-size: 1.6rem; }
  .tile .title { font-size: .85rem; line-height: 1.2; }
  .verifier { margin-left: 0; }
  .rows .row { display: block; }
  .rows .row > .head { flex-flow: row wrap; align-items: center; gap: .2rem .6rem; margin-bottom: .2rem; }
  .line time { margin-left: 0; }
}
`;

export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#0b57b0"/><path d="M4 8.4l2.6 2.6L12 5.4" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
