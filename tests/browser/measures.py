"""What a browser can measure of a page: JavaScript that gives what is wrong with it.

Each is a function of the page without arguments; an empty list says nothing is wrong.
"""

# Title there, the run is over, every chart drawn, and how much there is.
STATE = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')];
    return [
        !!document.querySelector('h1')
            && app?.getAttribute('data-test-script-state') === 'notRunning'
            && !document.querySelector('[data-testid=stSkeleton]')
            && !document.querySelector('[data-testid=stStatusWidget]')
            && charts.every(chart => chart.querySelector('.main-svg')),
        document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0,
        document.querySelectorAll('.main-svg text').length,
        document.body.innerText.length,
        Math.round(charts.map(chart => chart.getBoundingClientRect().width)
            .reduce((sum, width) => sum + width, 0)),
    ];
}"""

# Texts of the page that are cut off: in their own box, by one around it, or at the
# right edge. What scrolls by itself is not cut, nor is what only a reader hears.
CLIPPED = """() => {
    // Drawn elsewhere, or a menu that is folded away on a phone.
    const APART = '.js-plotly-plot, canvas, [aria-hidden=true], '
        + '[data-testid=stSidebar]';
    const wrong = [], wide = document.documentElement.clientWidth;
    for (const element of document.querySelectorAll('[data-testid=stApp] *')) {
        if (element.closest(APART)) continue;
        const typed = element.matches('input') && element.value;
        const own = [...element.childNodes].filter(
            node => node.nodeType === 3 && node.textContent.trim());
        if (!own.length && !typed) continue;
        const style = getComputedStyle(element);
        const box = element.getBoundingClientRect();
        if (box.width < 2 || style.visibility === 'hidden'
            || style.clip !== 'auto' || style.opacity === '0') continue;
        const said = (typed ? element.value : element.textContent).trim().slice(0, 60);
        if (typed) {
            if (element.scrollWidth > element.clientWidth + 1) wrong.push(said);
            continue;
        }
        const range = document.createRange();
        range.selectNodeContents(element);
        const text = range.getBoundingClientRect();
        for (let at = element; at && at !== document.body; at = at.parentElement) {
            const around = getComputedStyle(at), inner = at.getBoundingClientRect();
            if (/auto|scroll/.test(around.overflowX + around.overflowY)) break;
            if (at.closest('[data-testid=stIconMaterial]')) break;
            const hidesX = /hidden|clip/.test(around.overflowX);
            const hidesY = /hidden|clip/.test(around.overflowY);
            if ((hidesX && text.right > inner.right + 1.5)
                || (hidesY && text.bottom > inner.bottom + 4)) {
                wrong.push(said);
                break;
            }
        }
        const scrolls = element.closest('[data-testid=stCode], [data-testid=stTable]');
        if (!scrolls && text.right > wide + 1) wrong.push('beyond the edge: ' + said);
    }
    return [...new Set(wrong)];
}"""

# Labels of one chart that lie on each other by more than a hair, stand beyond the
# chart's edge, or are turned.
CHART_TEXTS = """() => {
    const wrong = [];
    for (const chart of document.querySelectorAll('.js-plotly-plot')) {
        const edge = chart.getBoundingClientRect();
        const texts = [...chart.querySelectorAll('.main-svg text')]
            .filter(text => text.textContent.trim()
                && getComputedStyle(text).opacity !== '0'
                && !text.closest('.hoverlayer'))
            .map(text => [text, text.getBoundingClientRect()]);
        const key = chart.closest('[class*=st-key-panel_]')?.className
            .match(/st-key-panel_(\\w+)/)?.[1];
        for (let i = 0; i < texts.length; i++) {
            const [text, a] = texts[i], said = key + ': ' + text.textContent;
            const matrix = text.getCTM();
            if (Math.abs(matrix.b) > 0.01) wrong.push('turned ' + said);
            if (a.left < edge.left - 1 || a.right > edge.right + 1
                || a.top < edge.top - 1 || a.bottom > edge.bottom + 1)
                wrong.push('cut ' + said);
            for (let j = 0; j < i; j++) {
                const b = texts[j][1];
                const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (x > 3 && y > 5)
                    wrong.push('overlap ' + said + ' / ' + texts[j][0].textContent);
            }
        }
    }
    return wrong;
}"""

# Paragraphs, headings and controls of the page that lie on each other.
OVERLAPPING = """() => {
    const seen = [...document.querySelectorAll(
        '[data-testid=stMain] :is(h1, h2, h3, p, button, td, input)')]
        .filter(element => element.innerText?.trim() || element.value)
        .map(element => [element, element.getBoundingClientRect()])
        .filter(([_, box]) => box.width > 1 && box.height > 1);
    const wrong = [];
    for (let i = 0; i < seen.length; i++) for (let j = 0; j < i; j++) {
        const [one, a] = seen[i], [other, b] = seen[j];
        if (one.contains(other) || other.contains(one)) continue;
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (x > 3 && y > 5) wrong.push(
            (one.innerText || one.value).slice(0, 40) + ' / '
            + (other.innerText || other.value).slice(0, 40));
    }
    return wrong;
}"""

# A page that scrolls sideways.
TOO_WIDE = """() => {
    const page = document.documentElement, main = document.querySelector(
        '[data-testid=stMain]');
    return [page, main].filter(e => e.scrollWidth > e.clientWidth + 1)
        .map(e => e.tagName + ' ' + e.scrollWidth + ' > ' + e.clientWidth);
}"""

# Every chart with the title of its panel and what a reader hears of it, whether a
# table lies behind it, and how it is called in the source.
LABELS = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]
    .map(chart => {
        const panel = chart.closest('[class*=st-key-panel_]');
        const named = chart.closest('[aria-label]') ?? chart.querySelector(
            '[role=figure][aria-label]');
        return {
            key: panel?.className.match(/st-key-panel_(\\w+)/)?.[1] ?? '',
            title: panel?.querySelector('h3')?.innerText ?? '',
            label: named?.getAttribute('aria-label') ?? '',
            has_table: !!panel?.querySelector(
                '[data-testid=stDataFrame], table, [data-testid=stPopover]'),
        };
    })"""

# Texts of charts in the two colours of judgement, given as rgb(): what they say.
JUDGED = """inks => [...document.querySelectorAll('.js-plotly-plot .main-svg text')]
    .filter(text => text.textContent.trim()
        && inks.includes(getComputedStyle(text).fill))
    .map(text => (text.closest('[class*=st-key-panel_]')?.className
        .match(/st-key-panel_(\\w+)/)?.[1] ?? '') + ': ' + text.textContent)"""

EVERY = {
    "clipped": CLIPPED,
    "chart texts": CHART_TEXTS,
    "overlapping": OVERLAPPING,
    "too wide": TOO_WIDE,
}
