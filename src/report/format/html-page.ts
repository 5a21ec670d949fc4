/**
 * Style and script of the HTML report: the same bytes in every report, so that its content security policy allows these and
 * nothing else (Content Security Policy Level 3, hash sources). A test computes the hashes again.
 */

export const styleHash = 'sha256-gKuKO0GpeelFxEQViliTYuyLYXCAJyEuN+LMWWDuF/M=';
export const scriptHash = 'sha256-YU46/nrNstGMDGtuqw6IjMDhwx0PPXjclf+mpMUa8Yo=';

export const style = `
:root { color-scheme: light dark; --fg: #1b1f24; --bg: #fff; --dim: #57606a; --line: #d0d7de; --soft: #f6f8fa;
  --certain: #b42318; --likely: #9a5b00; --unconfirmed: #4b5bb5; --fine: #1a6f3c; --focus: #0b57d0; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --bg: #0d1117; --dim: #9aa4af; --line: #30363d; --soft: #161b22;
  --certain: #ff8a80; --likely: #f0b35a; --unconfirmed: #a8b4ff; --fine: #6fd08c; --focus: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1.5rem; background: var(--bg); color: var(--fg);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .dim { color: var(--dim); }
code, td.name { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--bg); padding: .5rem; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; padding: 0; list-style: none; }
.figures li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; background: var(--soft); }
.figures b { display: block; font-size: 1.5rem; }
.certain { color: var(--certain); } .likely { color: var(--likely); } .unconfirmed { color: var(--unconfirmed); }
.fine, .advice { color: var(--fine); }
svg { width: 100%; height: auto; max-width: 60rem; } svg text { fill: var(--fg); font-size: 13px; }
svg path { fill: none; stroke-opacity: .45; stroke: currentColor; } svg rect { fill: currentColor; }
form { display: flex; flex-wrap: wrap; gap: .75rem 1rem; align-items: end; padding: .75rem; background: var(--soft);
  border: 1px solid var(--line); border-radius: .5rem; }
label { display: grid; font-size: .85rem; color: var(--dim); }
select, input, button { font: inherit; color: var(--fg); background: var(--bg); border: 1px solid var(--line);
  border-radius: .25rem; padding: .25rem .5rem; min-height: 2.25rem; max-width: 20rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin-top: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--bg); white-space: nowrap; }
th button { border: 0; padding: 0; min-height: 0; font-weight: 600; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " \\2191"; } th[aria-sort=descending] button::after { content: " \\2193"; }
td.number { text-align: right; } .step { margin-left: 1rem; }
@media print { form, .skip { display: none; } th { position: static; } }
`;

export const script = `
(() => {
  const body = document.querySelector('#findings tbody');
  const rows = [...body.rows];
  const form = document.querySelector('form');
  const count = document.querySelector('#count');
  const facets = ['namespace', 'code', 'certainty', 'registry'];
  const show = () => {
    const wanted = facets.map((facet) => [facet, form.elements[facet].value]);
    const text = form.elements.text.value.toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every(([facet, value]) => value === '' || row.dataset[facet] === value) &&
        (text === '' || row.textContent.toLowerCase().includes(text));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = shown + ' of ' + rows.length + ' rows';
  };
  form.addEventListener('input', show);
  form.addEventListener('reset', () => setTimeout(show));
  form.addEventListener('submit', (event) => event.preventDefault());
  const heads = [...document.querySelectorAll('#findings thead th')];
  heads.forEach((head, column) => {
    head.querySelector('button').addEventListener('click', () => {
      const isDown = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      const keyOf = (row) => row.cells[column].dataset.sort || row.cells[column].textContent;
      const collator = new Intl.Collator('en', { numeric: true });
      rows.sort((one, other) => (isDown ? -1 : 1) * collator.compare(keyOf(one), keyOf(other)));
      body.append(...rows);
    });
  });
  form.hidden = false;
  show();
})();
`;
