/**
 * The emoji names that operations bots use, as Slack names them. A name that is not here stays as it was written,
 * which also is what Slack does with a name that it does not know (ARNs and times are full of colons).
 */
const EMOJI: Readonly<Record<string, string>> = {
  alarm_clock: '⏰',
  arrow_down: '⬇️',
  arrow_right: '➡️',
  arrow_up: '⬆️',
  arrows_counterclockwise: '🔄',
  ballot_box_with_check: '☑️',
  bar_chart: '📊',
  bell: '🔔',
  black_circle: '⚫',
  bulb: '💡',
  chart_with_downwards_trend: '📉',
  chart_with_upwards_trend: '📈',
  clipboard: '📋',
  clock: '🕐',
  eyes: '👀',
  exclamation: '❗',
  fire: '🔥',
  gear: '⚙️',
  grey_question: '❔',
  hammer_and_wrench: '🛠️',
  heavy_check_mark: '✔️',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  information_source: 'ℹ️',
  large_blue_circle: '🔵',
  large_green_circle: '🟢',
  large_orange_circle: '🟠',
  large_red_circle: '🔴',
  large_yellow_circle: '🟡',
  lock: '🔒',
  mag: '🔍',
  moneybag: '💰',
  mute: '🔇',
  no_bell: '🔕',
  no_entry: '⛔',
  octagonal_sign: '🛑',
  package: '📦',
  question: '❓',
  raised_hands: '🙌',
  red_circle: '🔴',
  repeat: '🔁',
  rocket: '🚀',
  rotating_light: '🚨',
  ship: '🚢',
  smile: '😄',
  small_blue_diamond: '🔹',
  sos: '🆘',
  speech_balloon: '💬',
  stopwatch: '⏱️',
  tada: '🎉',
  thumbsdown: '👎',
  thumbsup: '👍',
  '+1': '👍',
  '-1': '👎',
  warning: '⚠️',
  wave: '👋',
  white_check_mark: '✅',
  white_circle: '⚪',
  wrench: '🔧',
  x: '❌',
  zap: '⚡',
};

/** The character for a name without its colons. */
export function emoji(name: string): string | undefined {
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined;
}

const NAMES = Object.keys(EMOJI).map((name) => name.replace('+', '\\+'));
/** Not inside a word: the middle of an ARN or of a time is no emoji. */
const KNOWN = new RegExp(`(?<![\\p{L}\\p{N}]):(${NAMES.join('|')}):(?![\\p{L}\\p{N}])`, 'gu');

/** Replaces the known `:names:` in literal text. */
export function withEmoji(text: string): string {
  return text.replace(KNOWN, (whole, name: string) => emoji(name) ?? whole);
}
