// The console's only script. Everything from outside becomes text nodes, never markup.
const byId = (id) => document.getElementById(id);
let snapshot;
let chosen;
let shownReceipt = '';

/** Makes an element: el('p', { class: 'x' }, 'text', child …). */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

const tone = ({ phase }) =>
  phase === 'handed-over' || phase === 'awaiting-approval' ? 'warn' : phase === 'closed' ? 'good' : '';
const stateOf = ({ phase, outcome }) => (outcome === null ? phase : outcome).replaceAll('-', ' ');
const clock = (at) => new Date(at).toLocaleTimeString([], { hour12: false });

function age(at) {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

function showIncidents() {
  const { incidents } = snapshot;
  chosen ??= incidents[0]?.incidentId;
  const focused = document.activeElement?.dataset?.incident;
  const items = incidents.map((incident) =>
    el(
      'li',
      {},
      el(
        'button',
        {
          class: 'incident',
          'data-incident': incident.incidentId,
          'aria-current': String(incident.incidentId === chosen),
          click: () => {
            chosen = incident.incidentId;
            shownReceipt = '';
            showIncidents();
            void showReceipt();
          },
        },
        el('strong', {}, incident.target.node),
        el('span', { class: tone(incident) }, stateOf(incident)),
        el('span', {}, ` · ${incident.diagnosis ?? incident.hypothesis} · ${age(incident.openedAt)}`),
      ),
    ),
  );
  byId('incidents').replaceChildren(
    ...(items.length > 0 ? items : [el('li', { class: 'empty' }, 'Nothing has happened yet.')]),
  );
  if (focused !== undefined) document.querySelector(`[data-incident="${CSS.escape(focused)}"]`)?.focus();
}

async function showReceipt() {
  const incident = snapshot.incidents.find((candidate) => candidate.incidentId === chosen);
  if (incident === undefined) return showFirstSteps();
  const key = `${incident.incidentId} ${incident.version}`;
  if (key === shownReceipt) return;
  const response = await fetch(`/api/incidents/${encodeURIComponent(incident.incidentId)}`);
  if (!response.ok) return;
  const { lines, leftOut } = (await response.json()).incident.timeline ?? { lines: [], leftOut: 0 };
  const open = new Set(
    [...document.querySelectorAll('.timeline details[open]')].map((details) => details.dataset.entry),
  );
  shownReceipt = key;
  byId('receipt').replaceChildren(facts(incident), timeline(incident.incidentId, lines, leftOut, open));
}

function facts(incident) {
  const pairs = [
    ['Node', `${incident.target.node} (${incident.target.cluster})`],
    ['State', stateOf(incident)],
    ['Diagnosis', incident.diagnosis ?? `${incident.hypothesis}, a first guess`],
    ['Alerts', incident.alerts.map((alert) => `${alert.alertname} (${alert.status})`).join(', ')],
    ['Incident', incident.incidentId],
  ];
  return el(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))),
  );
}

/** Where lines were left out, they are missing after the first ten. */
const FIRST_LINES = 10;

function timeline(incidentId, lines, leftOut, open) {
  const items = lines.map((line) => {
    const body = line.more ? withDetail(incidentId, line, open) : el('div', {}, line.summary);
    return el('li', {}, el('time', { datetime: new Date(line.at).toISOString() }, clock(line.at)), body);
  });
  const whole = `/api/incidents/${encodeURIComponent(incidentId)}/receipt`;
  if (leftOut > 0)
    items.splice(
      FIRST_LINES,
      0,
      el('li', {}, el('span', {}, '…'), el('a', { href: whole }, `${leftOut} lines left out: the whole receipt`)),
    );
  return el('ol', { class: 'timeline' }, ...items);
}

/** Asks for the detail when it is opened. */
function withDetail(incidentId, { entryId, summary }, open) {
  const detail = el('pre', {}, '…');
  let asked = false;
  const ask = async () => {
    if (asked) return;
    asked = true;
    const response = await fetch(
      `/api/incidents/${encodeURIComponent(incidentId)}/receipt/${encodeURIComponent(entryId)}`,
    );
    const answer = await response.json();
    detail.textContent = response.ok ? detailText(answer.entry, summary) : answer.error;
  };
  const wasOpen = open.has(entryId);
  if (wasOpen) void ask();
  return el(
    'details',
    { 'data-entry': entryId, open: wasOpen ? '' : undefined, toggle: () => void ask() },
    el('summary', {}, summary),
    detail,
  );
}

function detailText(entry, shown) {
  const rest = entry.summary === shown ? [] : [entry.summary];
  const detail = entry.detail === null ? [] : [JSON.stringify(entry.detail, null, 2)];
  return [...rest, ...detail].join('\n\n');
}

function showFirstSteps() {
  const { webhookUrl, token } = snapshot.hints;
  const now = new Date().toISOString();
  const alert = {
    status: 'firing',
    labels: { alertname: 'OverlayPathDown', cluster: 'lab', node: 'gpu-1' },
    annotations: {},
    startsAt: now,
    fingerprint: 'by-hand',
  };
  const command = `curl -sS ${webhookUrl} \\\n  -H 'Authorization: Bearer ${token}' \\\n  -d '${JSON.stringify({ version: '4', alerts: [alert] })}'`;
  byId('receipt').replaceChildren(
    el(
      'p',
      {},
      'No incident yet. Point Alertmanager at the webhook, run a drill (npm start -- --drill vxlan-wedge), or send one alert by hand:',
    ),
    el('pre', {}, command),
  );
}

/** Slack's mrkdwn as far as our own messages use it: code fences, <!date> and the three escapes. */
function mrkdwn(text) {
  const plain = text
    .replaceAll(/<!date\^(\d+)\^[^>|]*\|[^>]*>/g, (_, seconds) =>
      new Date(seconds * 1000).toLocaleTimeString([], { hour12: false }),
    )
    .replaceAll(/^\*([^*\n]+)\*$/gm, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  const fenced = /^```([\s\S]*)```$/.exec(plain);
  return fenced ? el('pre', {}, fenced[1]) : el('p', {}, plain);
}

function block(message, data) {
  switch (data.type) {
    case 'header':
      return el('h3', {}, data.text.text);
    case 'section':
      return data.fields ? el('div', {}, ...data.fields.map((field) => mrkdwn(field.text))) : mrkdwn(data.text.text);
    case 'context':
      return el('div', { class: 'context' }, ...data.elements.map((part) => mrkdwn(part.text)));
    case 'actions':
      return el(
        'div',
        { class: 'actions' },
        ...data.elements.map((part) =>
          el(
            'button',
            { class: part.style ?? '', 'data-action': part.action_id, click: () => press(message, part) },
            part.text.text,
          ),
        ),
      );
    default:
      return undefined;
  }
}

async function press(message, part) {
  const { confirm: question } = part;
  if (question && !window.confirm(`${question.title.text}\n${question.text.text}`)) return;
  const response = await fetch(`/api/messages/${message.ts}/actions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ actionId: part.action_id, userId: byId('user').value }),
  });
  const { answer } = await response.json();
  const said = JSON.parse(answer || '{}');
  byId('answer').textContent = said.refused ? `Not done: ${said.refused}.` : said.decision ? '' : (said.error ?? '');
}

byId('command').addEventListener('submit', async (event) => {
  event.preventDefault();
  const response = await fetch('/api/commands', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: byId('text').value, userId: byId('user').value }),
  });
  const { answer, error } = await response.json();
  byId('answer').textContent = error ?? unescaped(JSON.parse(answer || '{}').text ?? '');
});

/** As Slack shows it. */
function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function showMessages() {
  byId('command').hidden = !snapshot.standIn;
  if (!snapshot.standIn) {
    byId('messages').replaceChildren(el('p', { class: 'empty' }, 'Messages go to your Slack.'));
    return;
  }
  const { users, messages } = snapshot;
  if (byId('user').childElementCount === 0) {
    byId('user').replaceChildren(
      ...users.map((user) => el('option', { value: user.id }, `${user.name} (${user.note})`)),
    );
  }
  const shown = messages.map((message) =>
    el('article', { class: 'message' }, ...message.blocks.map((data) => block(message, data))),
  );
  byId('messages').replaceChildren(...(shown.length > 0 ? shown : [el('p', { class: 'empty' }, 'No message yet.')]));
}

let shownMessages = '';
function show() {
  byId('fleet').textContent =
    snapshot.hints.fleet === 'your cluster' ? 'your cluster' : `fleet: ${snapshot.hints.fleet}`;
  showIncidents();
  void showReceipt();
  const key = JSON.stringify(snapshot.messages);
  if (key !== shownMessages) showMessages();
  shownMessages = key;
}

const events = new EventSource('/api/live');
events.onmessage = ({ data }) => {
  snapshot = JSON.parse(data);
  byId('live').textContent = 'live';
  show();
};
events.onerror = () => {
  byId('live').textContent = 'not connected, trying again …';
};
setInterval(() => snapshot && showIncidents(), 5000);
