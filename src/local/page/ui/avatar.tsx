import type { ReactNode } from 'react';
import { Mark } from './mark.tsx';

interface AvatarProps {
  readonly name: string;
  readonly isBot: boolean;
  readonly size?: number;
}

const HUES = ['#8a3b6c', '#3a5fa8', '#2f7a4f', '#a8521f', '#6a4fb3', '#17717d', '#94344a', '#5d6b1d'];

/** The picture beside a message: Deckhand's mark, or a person's initial in a colour of their own. */
export function Avatar({ name, isBot, size = 36 }: AvatarProps): ReactNode {
  if (isBot) {
    return (
      <span className="avatar" style={{ width: size, height: size }}>
        <Mark size={size} />
      </span>
    );
  }
  const sum = Array.from(name, (letter) => letter.codePointAt(0) ?? 0).reduce((a, b) => a + b, 0);
  const style = { width: size, height: size, background: HUES[sum % HUES.length], fontSize: size * 0.42 };
  return (
    <span className="avatar" style={style} aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
