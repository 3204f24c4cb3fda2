import type { ShownMessage } from '../live-state.ts';
import { byId, el, show } from './element.ts';
import { post } from './post.ts';
import { fencedText, slackText, unescaped } from './slack-text.ts';

/** The parts of Slack's blocks that our messages use. */
interface SlackText {
  readonly text: string;
}
interface SlackButton {
  readonly action_id: string;
  readonly text: SlackText;
  readonly style?: string;
  readonly confirm?: { readonly title: SlackText; readonly text: SlackText };
}
type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | {
      readonly type: 'section';
      readonly text?: SlackText;
      readonly fields?: readonly SlackText[];
      readonly accessory?: SlackButton;
    }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] }
  | {
      readonly type: 'input';
      readonly block_id: string;
      readonly label: SlackText;
      readonly element: { readonly max_length?: number };
    }
  | { readonly type: 'actions'; readonly elements: readonly SlackButton[] };

/** A message whose blocks the stand-in checked. */
type SlackMessage = Omit<ShownMessage, 'blocks'> & { readonly blocks: readonly SlackBlock[] };

/** What was typed into which input: messages are drawn again whenever one of them changes. */
const typed = new Map<string, string>();
const typedKey = (ts: string, block: string) => `${ts} ${block}`;
let closedWhisper = '';

/** The latest messages. */
const MOST_MESSAGES = 20;

export function messageParts(messages: readonly ShownMessage[]): readonly Node[] {
  if (messages.length === 0) return [el('p', { class: 'empty' }, 'No message yet.')];
  const left = messages.length - MOST_MESSAGES;
  return [
    ...messages.slice(0, MOST_MESSAGES).map((message) =>
      el(
        'article',
        {
          class: message.threadTs === undefined ? 'message' : 'message reply',
          'aria-label': message.text.slice(0, 80),
        },
        ...blockParts(message),
      ),
    ),
    ...(left > 0 ? [el('p', { class: 'quiet' }, `${left} older ones are not shown.`)] : []),
  ];
}

/** The latest answer with a body of its own, a page of a plan for one: only the person who clicked sees it. */
export function showWhisper(whispers: readonly ShownMessage[]): void {
  const whisper = whispers.findLast(({ blocks }) => blocks.length > 0);
  const place = byId('whisper');
  place.hidden = whisper === undefined || JSON.stringify(whisper) === closedWhisper;
  if (whisper === undefined || place.hidden) return;
  const close = () => {
    closedWhisper = JSON.stringify(whisper);
    showWhisper(whispers);
  };
  show(
    place,
    el('p', { class: 'context' }, 'Only you can see this.'),
    ...blockParts(whisper),
    el('button', { type: 'button', click: close }, 'Close'),
  );
}

/** Whom the reader plays. */
export function chosenUser(): string {
  const select = byId('user');
  return select instanceof HTMLSelectElement ? select.value : '';
}

/** Puts the focus on the first button of the question about this approval. False: no message has it. */
export function focusQuestion(approvalId: string): boolean {
  const wanted = [...document.querySelectorAll<HTMLElement>('#messages [data-value]')].find((button) =>
    button.dataset['value']?.includes(approvalId),
  );
  wanted?.focus();
  wanted?.scrollIntoView({ block: 'center' });
  return wanted !== undefined;
}

function blockParts(message: ShownMessage): readonly Node[] {
  const shown = asShown(message);
  return shown.blocks.flatMap((block) => blockPart(shown, block) ?? []);
}

/** Our own functions made these blocks, and the stand-in refused what Slack would not take. */
function asShown(message: ShownMessage): SlackMessage {
  return JSON.parse(JSON.stringify(message));
}

function blockPart(message: SlackMessage, block: SlackBlock): Node | undefined {
  switch (block.type) {
    case 'header':
      return el('h3', {}, block.text.text);
    case 'section': {
      const text =
        block.fields === undefined
          ? textPart(block.text?.text ?? '')
          : el('div', { class: 'fields' }, ...block.fields.map((field) => textPart(field.text)));
      return block.accessory === undefined ? text : el('div', {}, text, buttonPart(message, block.accessory));
    }
    case 'context':
      return el('div', { class: 'context' }, ...block.elements.map((part) => textPart(part.text)));
    case 'input':
      return inputPart(message, block);
    case 'actions':
      return el('div', { class: 'actions' }, ...block.elements.map((part) => buttonPart(message, part)));
    default:
      return undefined;
  }
}

function textPart(text: string): HTMLElement {
  const fenced = fencedText(text);
  if (fenced !== undefined) return el('pre', {}, fenced);
  return el('p', {}, ...slackText(text).map((part) => (part.bold ? el('strong', {}, part.text) : part.text)));
}

function buttonPart(message: SlackMessage, button: SlackButton): HTMLElement {
  const value = 'value' in button ? String(button.value) : '';
  const attributes = {
    type: 'button',
    class: button.style ?? '',
    'data-action': button.action_id,
    'data-value': value,
    'data-key': `${message.ts} ${button.action_id}`,
    click: () => void press(message, button),
  };
  return el('button', attributes, button.text.text);
}

function inputPart({ ts }: SlackMessage, block: Extract<SlackBlock, { type: 'input' }>): HTMLElement {
  const key = typedKey(ts, block.block_id);
  const input = el('input', { autocomplete: 'off', maxlength: block.element.max_length, 'data-key': key });
  input.value = typed.get(key) ?? '';
  input.addEventListener('input', () => typed.set(key, input.value));
  return el('label', { class: 'input' }, block.label.text, input);
}

async function press(message: SlackMessage, { action_id: actionId, confirm: question }: SlackButton): Promise<void> {
  if (question && !window.confirm(`${question.title.text}\n${question.text.text}`)) return;
  const inputs = message.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []));
  const texts = inputs.flatMap((block) => {
    const text = typed.get(typedKey(message.ts, block)) ?? '';
    return text === '' ? [] : [[block, text] as const];
  });
  const { body } = await post(`/api/messages/${message.ts}/actions`, {
    actionId,
    userId: chosenUser(),
    typed: Object.fromEntries(texts),
  });
  const said: { readonly refused?: string; readonly error?: string } = JSON.parse(body.answer || '{}');
  byId('answer').textContent = said.refused ? `Not done: ${said.refused}.` : (said.error ?? body.error ?? '');
}

/** `/restitch …`, as the person whom the reader plays. */
export async function sendCommand(text: string): Promise<void> {
  const { body } = await post('/api/commands', { text, userId: chosenUser() });
  const said: { readonly text?: string } = JSON.parse(body.answer || '{}');
  byId('answer').textContent = body.error ?? unescaped(said.text ?? '');
}

/** Who may be played. The choice stays. */
export function showUsers(
  users: readonly { readonly id: string; readonly name: string; readonly note: string }[],
): void {
  const select = byId('user');
  if (select.childElementCount === 0)
    select.replaceChildren(...users.map(({ id, name, note }) => el('option', { value: id }, `${name} (${note})`)));
}
