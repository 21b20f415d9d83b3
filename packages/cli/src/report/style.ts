/** The style of the report. Its hash stands in the content security policy, so it is used as it is or not at all. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #16191d; --quiet: #5b6470; --line: #dde1e7;
  --approved: #156c3f; --review: #8c5200; --declined: #b3271f; --other: #5b6470;
  --approved-soft: #e2f4ea; --review-soft: #fdf0da; --declined-soft: #fde7e5; --other-soft: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101317; --card: #191d23; --text: #e7eaee; --quiet: #9aa4b1; --line: #2c323b;
    --approved: #4cc38a; --review: #e6a23c; --declined: #f2716a; --other: #9aa4b1;
    --approved-soft: #143524; --review-soft: #3b2a0d; --declined-soft: #421a18; --other-soft: #262c35;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 .75rem; }
.quiet { color: var(--quiet); font-size: .9rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin-top: 1rem; }
.notice { border-color: var(--review); }
.notice p { margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1rem 0 0; padding: 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--other); border-radius: .6rem; padding: .6rem .9rem; display: flex; flex-direction: column; justify-content: space-between; }
.tile.approved { border-top-color: var(--approved); }
.tile.review { border-top-color: var(--review); }
.tile.declined { border-top-color: var(--declined); }
.tile dt { color: var(--quiet); font-size: .85rem; }
.tile dd { margin: 0; font-size: 1.7rem; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--text); outline-offset: 2px; }
.chart { display: block; width: 100%; height: auto; }
.chart .axis { stroke: var(--quiet); stroke-width: 1; }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .label { fill: var(--quiet); font-size: 12px; }
.chart .marker { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 4 3; }
.chart .marker-label { fill: var(--text); font-size: 12px; font-weight: 600; }
rect.approved { fill: var(--approved); } rect.review { fill: var(--review); } rect.declined { fill: var(--declined); }
#sweep rect.declined { opacity: .3; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0 0; padding: 0; list-style: none; font-size: .85rem; color: var(--quiet); }
.legend li::before { content: ""; display: inline-block; width: .75rem; height: .75rem; border-radius: .2rem; margin-right: .4rem; vertical-align: -1px; background: var(--other); }
.legend .approved::before { background: var(--approved); } .legend .review::before { background: var(--review); } .legend .declined::before { background: var(--declined); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--quiet); font-size: .85rem; padding-bottom: .4rem; }
th, td { text-align: left; padding: .45rem .6rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; font-size: .85rem; }
tbody th { font-weight: 500; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .82rem; font-weight: 650; white-space: nowrap; color: var(--other); background: var(--other-soft); }
.badge.approved { color: var(--approved); background: var(--approved-soft); }
.badge.review { color: var(--review); background: var(--review-soft); }
.badge.declined { color: var(--declined); background: var(--declined-soft); }
.reasons { margin: 0; padding: 0; list-style: none; color: var(--quiet); font-size: .87rem; overflow-wrap: anywhere; }
.used { font-weight: 700; }
#quantiles { width: auto; margin-top: 1rem; }
#quantiles th:first-child, #quantiles td:first-child { padding-left: 0; }
details summary { cursor: pointer; margin-top: .75rem; color: var(--quiet); font-size: .9rem; }
details .scroll { margin-top: .5rem; }
img { display: block; width: 48px; height: 48px; border-radius: .4rem; object-fit: cover; background: var(--line); }
@media (max-width: 40rem) {
  main { padding: 1rem .6rem 3rem; }
  section { padding: .75rem .6rem; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: .5rem; }
  th, td { padding: .4rem .35rem; }
  .pictures thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .pictures, .pictures tbody, .pictures caption { display: block; }
  .pictures tr { display: grid; grid-template-columns: auto 1fr auto; grid-template-areas: "picture file outcome" "picture reasons score"; column-gap: .6rem; padding: .6rem 0; border-top: 1px solid var(--line); }
  .pictures th, .pictures td { border: 0; padding: 0; }
  .pictures .picture { grid-area: picture; } .pictures .file { grid-area: file; } .pictures .outcome { grid-area: outcome; text-align: right; }
  .pictures .score { grid-area: score; padding-top: .2rem; } .pictures .why { grid-area: reasons; padding-top: .2rem; }
  .chart .label, .chart .marker-label { font-size: 21px; }
  .chart g:nth-of-type(4n+3) .label { display: none; }
}
@media print { body { background: none; } section, .tile { break-inside: avoid; } }
`;
